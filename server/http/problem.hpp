#pragma once

#include <string>
#include <string_view>

#include "server/http/message.hpp"

namespace smartkar::server {

// An error as application/problem+json (RFC 9457): type "about:blank", so the title is that of the status.
// detail: a sentence for people. field: the member, query parameter or header to blame; empty: none.
HttpResponse problem(int status, std::string_view detail, std::string_view field = {});

HttpResponse unknownDevice();
// The store failed; why is for its log, not for clients.
HttpResponse unreadable();

}  // namespace smartkar::server
