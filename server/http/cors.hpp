#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "server/http/message.hpp"

namespace smartkar::server {

// Which pages of other origins may use the API (Fetch Standard, section 3.2). Tokens are sent by hand, never as
// cookies, so this gives no page more than its user does.
class Cors {
 public:
  // origins: "https://fleet.example.org"; "*" for all; empty: none but the server's own pages.
  explicit Cors(std::vector<std::string> origins) : origins_(std::move(origins)) {}

  // The answer if the request is a browser's question before the real request.
  std::optional<HttpResponse> preflight(const HttpRequest& request) const;
  // Header fields for every other answer to this request.
  std::vector<std::pair<std::string, std::string>> fields(const HttpRequest& request) const;

 private:
  bool allows(const std::string& origin) const;

  const std::vector<std::string> origins_;
};

}  // namespace smartkar::server
