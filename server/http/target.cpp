#include "server/http/target.hpp"

#include <charconv>

namespace smartkar::server {

namespace {

std::string decoded(std::string_view text) {
  std::string result;
  for (std::size_t i = 0; i < text.size(); ++i) {
    unsigned char byte = 0;
    const char* const digits = text.data() + i + 1;
    if (text[i] == '%' && i + 2 < text.size() && std::from_chars(digits, digits + 2, byte, 16).ptr == digits + 2) {
      result += static_cast<char>(byte);
      i += 2;
    } else {
      result += text[i] == '+' ? ' ' : text[i];
    }
  }
  return result;
}

}  // namespace

std::string pathOf(std::string_view target) { return std::string(target.substr(0, target.find('?'))); }

std::map<std::string, std::string, std::less<>> queryOf(std::string_view target) {
  std::map<std::string, std::string, std::less<>> query;
  std::size_t begin = target.find('?');
  while (begin != std::string_view::npos) {
    const std::size_t end = target.find('&', begin + 1);
    const std::string_view pair = target.substr(begin + 1, end == std::string_view::npos ? end : end - begin - 1);
    const std::size_t equals = pair.find('=');
    const std::string_view value = equals == std::string_view::npos ? std::string_view() : pair.substr(equals + 1);
    if (!pair.empty()) query[decoded(pair.substr(0, equals))] = decoded(value);
    begin = end;
  }
  return query;
}

}  // namespace smartkar::server
