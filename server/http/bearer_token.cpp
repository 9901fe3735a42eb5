#include "server/http/bearer_token.hpp"

#include <openssl/crypto.h>
#include <openssl/rand.h>

#include <algorithm>
#include <array>

#include "base/assert.hpp"
#include "server/http/digest.hpp"

namespace smartkar::server {

namespace {

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

}  // namespace

std::string_view bearerToken(std::string_view authorization) {
  // The scheme's name is case-insensitive (RFC 9110 section 11.1).
  static constexpr std::string_view kScheme = "bearer ";
  if (authorization.size() < kScheme.size()) return {};
  const bool bearer = std::equal(kScheme.begin(), kScheme.end(), authorization.begin(),
                                 [](char expected, char given) { return expected == lower(given); });
  return bearer ? authorization.substr(kScheme.size()) : std::string_view();
}

bool equalSecrets(std::string_view given, std::string_view secret) {
  return given.size() == secret.size() && CRYPTO_memcmp(given.data(), secret.data(), given.size()) == 0;
}

std::string newSecret() {
  std::array<unsigned char, 16> bytes{};
  SK_ASSERT(RAND_bytes(bytes.data(), static_cast<int>(bytes.size())) == 1);
  return hexText(bytes);
}

std::string hashOfSecret(std::string_view secret) { return sha256Hex(secret); }

}  // namespace smartkar::server
