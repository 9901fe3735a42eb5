#include "server/wake/request_template.hpp"

#include <algorithm>
#include <boost/json.hpp>
#include <cctype>
#include <fstream>
#include <string_view>
#include <utility>

namespace smartkar::server {
namespace {

enum class Place { Url, Header, Form, Json };

constexpr std::string_view kSecret = "secret:";

std::string percentEncoded(std::string_view text) {
  constexpr std::string_view kHex = "0123456789ABCDEF";
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (std::isalnum(byte) != 0 || std::string_view("-._~").find(c) != std::string_view::npos) {
      out += c;
    } else {
      ((out += '%') += kHex[byte >> 4]) += kHex[byte & 15];
    }
  }
  return out;
}

std::string escaped(std::string text, Place place) {
  switch (place) {
    case Place::Url:
    case Place::Form:
      return percentEncoded(text);
    case Place::Json: {
      const std::string quoted = boost::json::serialize(boost::json::string(text));
      return quoted.substr(1, quoted.size() - 2);
    }
    case Place::Header:
      break;
  }
  return text;
}

// The name at the beginning of `text` if that is a placeholder; empty: it is not. An object of JSON begins otherwise.
std::string_view placeholder(std::string_view text) {
  if (!text.starts_with('{')) return {};
  const auto part = [](char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == ':'; };
  const auto* const end = std::find_if_not(text.begin() + 1, text.end(), part);
  if (end == text.end() || *end != '}' || end == text.begin() + 1) return {};
  return text.substr(1, static_cast<std::size_t>(end - text.begin()) - 1);
}

class Filler {
 public:
  Filler(const RequestTemplate& request, const TextMessage& message) : secrets_(request.secrets), message_(message) {}

  std::string fill(std::string_view text, Place place) {
    std::string out;
    while (!text.empty()) {
      const std::string_view name = placeholder(text);
      if (name.empty()) {
        out += text.front();
        text.remove_prefix(1);
        continue;
      }
      out += escaped(value(name), place);
      text.remove_prefix(name.size() + 2);
    }
    return out;
  }
  // The first thing that went wrong; empty: nothing.
  const std::string& problem() const { return problem_; }

 private:
  std::string value(std::string_view name) {
    if (name == "number") return number();
    if (name == "ccid") return message_.ccid;
    if (name == "text") return message_.text;
    if (name.starts_with(kSecret)) return secret(std::string(name.substr(kSecret.size())));
    fail("{" + std::string(name) + "} is unknown; there are {number}, {ccid}, {text} and {secret:NAME}");
    return {};
  }
  std::string number() {
    if (message_.number.empty()) fail("the car has no number");
    return message_.number;
  }
  std::string secret(const std::string& name) {
    std::ifstream file(secrets_ / name);
    std::string line;
    if (secrets_.empty() || !std::getline(file, line) || line.empty()) {
      fail("the secret " + name + " cannot be read from " + (secrets_ / name).string());
    }
    if (line.ends_with('\r')) line.pop_back();
    return line;
  }
  void fail(std::string problem) {
    if (problem_.empty()) problem_ = std::move(problem);
  }

  const std::filesystem::path secrets_;
  const TextMessage& message_;
  std::string problem_;
};

bool isJson(const std::vector<std::string>& headers) {
  return std::any_of(headers.begin(), headers.end(), [](std::string header) {
    std::transform(header.begin(), header.end(), header.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return header.starts_with("content-type:") && header.find("json") != std::string::npos;
  });
}

}  // namespace

std::optional<std::string> problemOf(const RequestTemplate& request) {
  if (!request.url.starts_with("https://") && !request.url.starts_with("http://")) {
    return "the URL must begin with https:// or http://";
  }
  for (const std::string& header : request.headers) {
    if (header.find(':') == std::string::npos) return "the header '" + header + "' must be NAME: VALUE";
  }
  boost::system::error_code malformed;
  if (!request.error_pointer.empty()) boost::json::value(nullptr).find_pointer(request.error_pointer, malformed);
  if (malformed == boost::json::error::missing_slash || malformed == boost::json::error::invalid_escape) {
    return "'" + request.error_pointer + "' is no JSON pointer, such as /message";
  }
  const auto whole = filled(request, {.ccid = "0", .number = "0", .text = "0"});
  if (!whole) return whole.error();
  return std::nullopt;
}

Result<RequestTemplate, std::string> filled(const RequestTemplate& request, const TextMessage& message) {
  Filler filler(request, message);
  RequestTemplate whole = request;
  whole.url = filler.fill(request.url, Place::Url);
  for (std::string& header : whole.headers) header = filler.fill(header, Place::Header);
  whole.body = filler.fill(request.body, isJson(request.headers) ? Place::Json : Place::Form);
  whole.login = filler.fill(request.login, Place::Header);
  if (!filler.problem().empty()) return Failure{filler.problem()};
  return whole;
}

}  // namespace smartkar::server
