#pragma once

#include <string_view>

// The secret with which a client says who it is (RFC 6750).
namespace smartkar::server {

// The token that the Authorization header field carries; empty if it carries none.
std::string_view bearerToken(std::string_view authorization);

// Takes equally long for every wrong secret of the right length.
bool equalSecrets(std::string_view given, std::string_view secret);

}  // namespace smartkar::server
