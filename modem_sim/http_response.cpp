#include "modem_sim/http_response.hpp"

#include <climits>

namespace smartkar::modem_sim {

HttpResponse::HttpResponse(bool head, std::size_t body_max) : head_(head), body_max_(body_max) {
  http_parser_init(&parser_, HTTP_RESPONSE);
  parser_.data = this;
}

bool HttpResponse::feed(std::string_view bytes) { return complete_ || bytes.empty() || parse(bytes); }

bool HttpResponse::feedEnd() { return complete_ || (parse({}) && complete_); }

// Empty: the end of the stream, for http_parser.
bool HttpResponse::parse(std::string_view bytes) {
  http_parser_settings settings{};
  settings.on_headers_complete = [](http_parser* parser) {
    return static_cast<HttpResponse*>(parser->data)->headComplete() ? 1 : 0;  // 1: no body follows
  };
  settings.on_body = [](http_parser* parser, const char* data, std::size_t size) {
    return static_cast<HttpResponse*>(parser->data)->append({data, size}) ? 0 : 1;
  };
  settings.on_message_complete = [](http_parser* parser) {
    static_cast<HttpResponse*>(parser->data)->messageComplete();
    return 0;
  };
  http_parser_execute(&parser_, &settings, bytes.data(), bytes.size());
  return complete_ || HTTP_PARSER_ERRNO(&parser_) == HPE_OK;
}

bool HttpResponse::headComplete() {
  if (parser_.content_length != ULLONG_MAX) expected_ = parser_.content_length;
  return head_;
}

bool HttpResponse::append(std::string_view bytes) {
  too_long_ = bytes.size() > body_max_ - body_.size();
  if (!too_long_) body_ += bytes;
  return !too_long_;
}

void HttpResponse::messageComplete() {
  if (parser_.status_code == HTTP_STATUS_CONTINUE) return;  // the answer itself follows
  complete_ = true;
  keep_alive_ = http_should_keep_alive(&parser_) != 0;
  http_parser_pause(&parser_, 1);
}

}  // namespace smartkar::modem_sim
