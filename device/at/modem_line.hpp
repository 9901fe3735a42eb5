#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "device/at/at_command.hpp"

namespace smartkar::device {

// What ends a command.
struct FinalResult {
  bool ok = false;
  int code = -1;  // the number of +CME ERROR or +CMS ERROR, -1 if none

  friend bool operator==(const FinalResult&, const FinalResult&) = default;
};

// Reads OK, ERROR, +CME ERROR: … and +CMS ERROR: …; nothing for any other line. The whole line must match.
std::optional<FinalResult> parseFinalResult(std::string_view line);

// Lines a modem speaks at its start or end (AT Manual V1.05 §3.2.19, §22.3).
enum class BootLine : std::uint8_t {
  None,
  Start,  // RDY: the firmware has just started
  End,    // NORMAL POWER DOWN and the voltage power-downs
  Late,   // +CFUN: 1, +CPIN: READY, SMS Ready: up to 20 s after the start, in any order
};
BootLine bootLine(std::string_view line);

// "+SMSTATE" for `AT+SMSTATE?`; empty for commands without an extended name.
std::string_view commandName(std::string_view command);

// True if line is `name: …`.
bool hasName(std::string_view line, std::string_view name);

}  // namespace smartkar::device
