#pragma once

#include <map>
#include <string>
#include <string_view>

// The request target (RFC 9112 section 3.2): "/path?name=value&…".
namespace smartkar::server {

// The part before the query.
std::string pathOf(std::string_view target);
// The parameters with %XX and + decoded; an escape that is not one stays as it is.
std::map<std::string, std::string, std::less<>> queryOf(std::string_view target);

}  // namespace smartkar::server
