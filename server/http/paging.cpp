#include "server/http/paging.hpp"

#include <charconv>

#include "server/http/problem.hpp"

namespace smartkar::server {

namespace {

constexpr std::int64_t kLimitDefault = 50;
constexpr std::int64_t kLimitMax = 500;

// All but letters, digits and "-._~" as %XX (RFC 3986 section 2.3).
std::string encoded(std::string_view text) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  std::string result;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    const bool letter = (byte >= 'A' && byte <= 'Z') || (byte >= 'a' && byte <= 'z');
    if (letter || (byte >= '0' && byte <= '9') || std::string_view("-._~").find(c) != std::string_view::npos) {
      result += c;
    } else {
      result += '%';
      result += kDigits[byte >> 4U];
      result += kDigits[byte & 0xFU];
    }
  }
  return result;
}

// The address of this request with another cursor.
std::string addressOf(const HttpRequest& request, std::string_view cursor, std::string_view last) {
  std::string address = request.path + '?';
  for (const auto& [name, value] : request.query) {
    if (name == cursor) continue;
    address.append(encoded(name)).append("=").append(encoded(value)).append("&");
  }
  return address.append(cursor).append("=").append(encoded(last));
}

}  // namespace

std::optional<std::int64_t> wholeNumber(std::string_view text) {
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

Result<Page, HttpResponse> pageOf(const HttpRequest& request) {
  Page page{.limit = kLimitDefault, .before = {}};
  if (const auto limit = request.query.find("limit"); limit != request.query.end()) {
    const auto number = wholeNumber(limit->second);
    if (!number || *number < 1 || *number > kLimitMax) {
      return Failure{problem(422, "limit must be 1-" + std::to_string(kLimitMax), "limit")};
    }
    page.limit = static_cast<std::size_t>(*number);
  }
  if (const auto before = request.query.find("before"); before != request.query.end()) {
    page.before = wholeNumber(before->second);
    if (!page.before || *page.before < 1) return Failure{problem(422, "before must be a positive number", "before")};
  }
  return page;
}

HttpResponse pageAnswer(const HttpRequest& request, std::string_view name, const std::vector<std::string>& items,
                        std::string_view cursor, std::string_view last) {
  HttpResponse response{.body = "{\"", .fields = {}};
  response.body.append(name).append("\":[");
  for (std::size_t i = 0; i < items.size(); ++i) {
    if (i > 0) response.body += ',';
    response.body += items[i];
  }
  response.body += ']';
  if (!last.empty()) {
    const std::string next = addressOf(request, cursor, last);
    response.body.append(R"(,"next":")").append(next).append("\"");
    response.fields.emplace_back("Link", '<' + next + R"(>; rel="next")");
  }
  response.body += '}';
  return response;
}

}  // namespace smartkar::server
