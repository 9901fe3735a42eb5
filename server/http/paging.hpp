#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "server/http/message.hpp"

// Lists come in pages: what a client asks for, and how it gets to the next one.
namespace smartkar::server {

// A whole number in decimal and nothing else.
std::optional<std::int64_t> wholeNumber(std::string_view text);

// ?limit=…&before=…
struct Page {
  std::size_t limit = 0;
  std::optional<std::int64_t> before;  // lists that run from the newest back
};

// Fails with 422 naming the parameter that is out of range.
Result<Page, HttpResponse> pageOf(const HttpRequest& request);

// {"name":[items…],"next":"/api/v1/…"?} with the same address as a Link (RFC 8288). items: JSON texts. cursor: the
// query parameter that leads on; last: its value for the next page, empty if this is the last one.
HttpResponse pageAnswer(const HttpRequest& request, std::string_view name, const std::vector<std::string>& items,
                        std::string_view cursor, std::string_view last);

}  // namespace smartkar::server
