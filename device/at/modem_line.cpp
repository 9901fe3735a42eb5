#include "device/at/modem_line.hpp"

#include <charconv>

namespace smartkar::device {
namespace {

int leadingNumber(std::string_view text) {
  while (text.starts_with(' ')) text.remove_prefix(1);
  int number = -1;
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), number);
  const bool whole = parsed.ec == std::errc() && parsed.ptr == text.data() + text.size();
  return whole && number >= 0 ? number : -1;
}

}  // namespace

std::optional<FinalResult> parseFinalResult(std::string_view line) {
  if (line == "OK") return FinalResult{.ok = true};
  if (line == "ERROR") return FinalResult{};
  for (const std::string_view name : {"+CME ERROR:", "+CMS ERROR:"}) {
    if (line.starts_with(name)) return FinalResult{.ok = false, .code = leadingNumber(line.substr(name.size()))};
  }
  return std::nullopt;
}

BootLine bootLine(std::string_view line) {
  if (line == "RDY") return BootLine::Start;
  if (line == "NORMAL POWER DOWN" || line == "UNDER-VOLTAGE POWER DOWN" || line == "OVER-VOLTAGE POWER DOWN") {
    return BootLine::End;
  }
  if (line == "+CFUN: 1" || line == "+CPIN: READY" || line == "SMS Ready") return BootLine::Late;
  return BootLine::None;
}

std::string_view commandName(std::string_view command) {
  if (!command.starts_with("AT+")) return {};
  command.remove_prefix(2);
  return command.substr(0, command.find_first_of("=?"));
}

bool hasName(std::string_view line, std::string_view name) {
  return !name.empty() && line.starts_with(name) && line.substr(name.size()).starts_with(':');
}

}  // namespace smartkar::device
