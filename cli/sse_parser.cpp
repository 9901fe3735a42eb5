#include "cli/sse_parser.hpp"

#include <utility>

namespace smartkar::cli {

void SseParser::feed(std::string_view bytes) { buffer_ += bytes; }

bool SseParser::takeLine(std::string& line) {
  const std::size_t end = buffer_.find_first_of("\r\n");
  if (end == std::string::npos) return false;
  std::size_t next = end + 1;
  if (buffer_[end] == '\r') {
    if (next == buffer_.size()) return false;  // its '\n' may be on the way
    if (buffer_[next] == '\n') ++next;
  }
  line.assign(buffer_, 0, end);
  buffer_.erase(0, next);
  return true;
}

void SseParser::field(std::string_view line) {
  const std::size_t colon = line.find(':');
  const std::string_view name = line.substr(0, colon);
  std::string_view value = colon == std::string_view::npos ? "" : line.substr(colon + 1);
  if (value.starts_with(' ')) value.remove_prefix(1);
  if (name == "event") {
    building_.type = value;
  } else if (name == "data") {
    if (has_data_) building_.data += '\n';
    building_.data += value;
    has_data_ = true;
  }
}

std::optional<ServerEvent> SseParser::next() {
  std::string line;
  while (takeLine(line)) {
    if (!line.empty()) {
      if (line.front() != ':') field(line);
      continue;
    }
    ServerEvent event = std::exchange(building_, {});
    if (!std::exchange(has_data_, false)) continue;  // a comment or an event without data is nothing
    if (event.type.empty()) event.type = "message";
    return event;
  }
  return std::nullopt;
}

}  // namespace smartkar::cli
