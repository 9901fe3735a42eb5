#pragma once

#include <string>
#include <string_view>

namespace smartkar::server {

// The one secret that opens the API.
class BearerToken {
 public:
  // secret: not empty.
  explicit BearerToken(std::string secret) : secret_(std::move(secret)) {}

  // True if the Authorization header field names the secret. Takes equally long for every wrong one of its length.
  bool allows(std::string_view authorization) const;

 private:
  std::string secret_;
};

}  // namespace smartkar::server
