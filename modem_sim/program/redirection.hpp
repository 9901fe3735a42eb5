#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace smartkar::modem_sim {

// Who is reached instead of whom, so that firmware finds a test server under the address it was built with.
struct Redirection {
  std::string host;  // as the host of the modem writes it
  std::uint16_t port = 0;
  std::string new_host;
  std::uint16_t new_port = 0;
};
using Redirections = std::vector<Redirection>;

// HOST:PORT:NEWHOST:NEWPORT, as curl's --connect-to; nothing if it is not that.
std::optional<Redirection> parseRedirection(std::string_view text);

}  // namespace smartkar::modem_sim
