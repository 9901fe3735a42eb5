#pragma once

#include <string>
#include <string_view>

// The secret with which a client says who it is (RFC 6750).
namespace smartkar::server {

// The token that the Authorization header field carries; empty if it carries none.
std::string_view bearerToken(std::string_view authorization);

// Takes equally long for every wrong secret of the right length.
bool equalSecrets(std::string_view given, std::string_view secret);

// A secret that nobody can guess: 128 random bits as 32 hex digits.
std::string newSecret();

// What the store keeps of a secret: SHA-256 as 64 hex digits. No salt: a secret is as random as one could be.
std::string hashOfSecret(std::string_view secret);

}  // namespace smartkar::server
