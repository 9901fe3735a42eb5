#include "device/at/command_line.hpp"

#include <array>
#include <charconv>

namespace smartkar::device {
namespace {

bool printable(char c) { return c >= 0x20 && c < 0x7F; }
bool special(char c) { return c == '"' || c == '\\'; }

}  // namespace

CommandLine& CommandLine::begin(std::string_view head) {
  valid_ = true;
  line_.clear();
  return text(head);
}

CommandLine& CommandLine::text(std::string_view constant) {
  valid_ = valid_ && line_.append(constant);
  return *this;
}

CommandLine& CommandLine::number(std::int64_t value) {
  std::array<char, 20> digits{};
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr;
  return text({digits.data(), static_cast<std::size_t>(end - digits.data())});
}

CommandLine& CommandLine::quoted(std::string_view value, std::size_t longest) {
  for (char c : value) valid_ = valid_ && printable(c) && !special(c);
  valid_ = valid_ && value.size() <= longest;
  return text("\"").text(value).text("\"");
}

CommandLine& CommandLine::escaped(std::string_view value, std::size_t longest) {
  std::size_t length = 0;
  text("\"");
  for (const char& c : value) {
    valid_ = valid_ && printable(c);
    if (special(c)) text("\\");
    text({&c, 1});
    length += special(c) ? 2 : 1;
  }
  valid_ = valid_ && length <= longest;
  return text("\"");
}

}  // namespace smartkar::device
