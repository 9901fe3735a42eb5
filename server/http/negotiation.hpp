#pragma once

#include <string_view>

#include "server/http/message.hpp"

// What a client has already and which encodings it takes (RFC 9110 sections 8.8, 12.5.3 and 13.1.2).
namespace smartkar::server {

// accept_encoding: the header field; empty: the client takes text as it is. False if its weight is 0.
bool acceptsEncoding(std::string_view accept_encoding, std::string_view encoding);

// True if the client has the content with this tag. if_none_match: the header field; tags are compared weakly.
bool matchesEtag(std::string_view if_none_match, std::string_view etag);

// Gives a successful answer to a GET its ETag, and leaves out the body if the client has it (304) or compresses it if
// the client takes that and it is worth it. An answer that has an ETag is left as it is.
void negotiate(const HttpRequest& request, HttpResponse& response);

}  // namespace smartkar::server
