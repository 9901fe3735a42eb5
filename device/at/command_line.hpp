#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/fixed_string.hpp"
#include "device/at/at_command.hpp"

namespace smartkar::device {

// Builds one command line. Text from outside enters only through quoted() and escaped(), which refuse what could end
// the string or the line; after a refusal the line stays empty and the engine answers Invalid.
class CommandLine {
 public:
  // Starts anew. head: constant text such as `AT+SMSUB=`.
  CommandLine& begin(std::string_view head);
  // Adds constant text.
  CommandLine& text(std::string_view constant);
  CommandLine& number(std::int64_t value);
  // Adds "value". value: printable ASCII without quote and backslash, at most `longest` bytes.
  CommandLine& quoted(std::string_view value, std::size_t longest);
  // Adds "value" with quotes and backslashes escaped by a backslash. Whether the modem removes the backslash is not
  // documented (§17.2.1 is silent), so only for values whose reader accepts both. longest: after escaping.
  CommandLine& escaped(std::string_view value, std::size_t longest);

  // The line; empty if anything was refused or did not fit.
  std::string_view view() const { return valid_ ? line_.view() : std::string_view(); }

 private:
  FixedString<kAtCommandBytesMax> line_;
  bool valid_ = false;
};

}  // namespace smartkar::device
