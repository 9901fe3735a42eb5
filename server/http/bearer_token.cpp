#include "server/http/bearer_token.hpp"

#include <openssl/crypto.h>

#include <algorithm>

namespace smartkar::server {

namespace {

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

}  // namespace

bool BearerToken::allows(std::string_view authorization) const {
  // The scheme's name is case-insensitive (RFC 9110 section 11.1).
  static constexpr std::string_view kScheme = "bearer ";
  if (authorization.size() < kScheme.size()) return false;
  const bool bearer = std::equal(kScheme.begin(), kScheme.end(), authorization.begin(),
                                 [](char expected, char given) { return expected == lower(given); });
  if (!bearer) return false;
  const std::string_view given = authorization.substr(kScheme.size());
  return given.size() == secret_.size() && CRYPTO_memcmp(given.data(), secret_.data(), given.size()) == 0;
}

}  // namespace smartkar::server
