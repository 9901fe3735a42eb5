#include "server/http/message.hpp"

#include <algorithm>

namespace smartkar::server {

std::string_view methodName(Method method) {
  switch (method) {
    case Method::Get:
      return "GET";
    case Method::Head:
      return "HEAD";
    case Method::Post:
      return "POST";
    case Method::Delete:
      return "DELETE";
    case Method::Options:
      return "OPTIONS";
    case Method::Other:
      break;
  }
  return "";
}

bool isJson(const HttpRequest& request) {
  const std::string& field = request.content_type;
  std::string type = field.substr(0, field.find(';'));
  std::erase(type, ' ');
  std::transform(type.begin(), type.end(), type.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c; });
  return type == "application/json";
}

}  // namespace smartkar::server
