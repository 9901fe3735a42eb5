#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace smartkar::cli {

struct ServerEvent {
  std::string type;  // "command", "presence", …; "message" if the server names none
  std::string data;
};

// Reads a stream of server-sent events (WHATWG HTML section 9.2.6), cut anywhere.
class SseParser {
 public:
  void feed(std::string_view bytes);
  // The next complete event, in order; nothing until more is fed.
  std::optional<ServerEvent> next();

 private:
  // Takes one line out of the buffer; false if there is no whole one.
  bool takeLine(std::string& line);
  void field(std::string_view line);

  std::string buffer_;
  ServerEvent building_;
  bool has_data_ = false;
};

}  // namespace smartkar::cli
