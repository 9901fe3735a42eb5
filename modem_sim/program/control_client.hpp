#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace smartkar::modem_sim {

// Sends one line to a modem's control socket. Returns its answer; nothing if there is no such socket or no answer in 2
// s.
std::optional<std::string> tellControl(const std::string& path, std::string_view command);

}  // namespace smartkar::modem_sim
