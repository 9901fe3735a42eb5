#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "modem_sim/config.hpp"

namespace smartkar::modem_sim {

// AT Manual V1.05 §1.4: the buffer holds 559 characters after "AT" and a line at most 39 commands.
inline constexpr std::size_t kLineMax = 559;
inline constexpr std::size_t kCommandsMax = 39;

enum class Form : std::uint8_t { Execute = 1, Test = 2, Read = 4, Write = 8 };

struct Parameter {
  std::string text;  // without the quotes
  bool quoted = false;

  bool omitted() const { return text.empty() && !quoted; }
  // The value of a decimal number, bare or quoted ("1883" and 1883 are both accepted); nothing for anything else.
  std::optional<std::int64_t> number() const;
};

struct Command {
  std::string name;  // upper case: "+CSQ", or the letter of a basic command: "E", "&F"
  Form form = Form::Execute;
  std::vector<Parameter> parameters;
};

// Splits what follows "AT" into its commands: basic ones back to back, extended ones divided by ';'. Nothing: not a
// command line (syntax, or more than 39 commands).
std::optional<std::vector<Command>> parseLine(std::string_view line, Backslash backslash);

}  // namespace smartkar::modem_sim
