#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

namespace smartkar::test {

// What a car's journal file says of a command: "received", "actuating", or its outcome: "completed", "failed", …;
// nothing if it is not in it. Read from the format in docs/protocol.md alone, not with the car's own code.
std::optional<std::string> journalSays(const std::filesystem::path& file, std::int64_t id);

}  // namespace smartkar::test
