#include "device/at/at_command.hpp"

namespace smartkar::device {

std::string_view AtResponse::first() const { return text_.substr(0, text_.find('\n')); }

std::string_view AtResponse::next(std::string_view line) const {
  const std::size_t end = static_cast<std::size_t>(line.data() - text_.data()) + line.size() + 1;
  if (line.empty() || end >= text_.size()) return {};
  const std::string_view rest = text_.substr(end);
  return rest.substr(0, rest.find('\n'));
}

std::string_view AtResponse::last() const {
  std::string_view latest = first();
  for (std::string_view line = latest; !line.empty(); line = next(line)) latest = line;
  return latest;
}

}  // namespace smartkar::device
