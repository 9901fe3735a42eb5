#pragma once

#include <string>
#include <string_view>

namespace smartkar::server {

// Text as PostgreSQL takes it: zero bytes and what is not UTF-8 become U+FFFD, byte by byte.
std::string postgresText(std::string_view text);

// A migration in PostgreSQL's words.
std::string postgresSchema(std::string_view sqlite);

}  // namespace smartkar::server
