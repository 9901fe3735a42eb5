#pragma once

#include <optional>
#include <string_view>

namespace smartkar::protocol {

// The value of a JSON number (RFC 8259 section 6; the caller has checked the grammar). Exact up to 15 digits with a
// power of ten within ±22, which all our values are; beyond that correct to 15 digits. Nothing: too large for a double.
// std::from_chars would do it for every text, but takes memory from the heap.
std::optional<double> parseDecimal(std::string_view text);

}  // namespace smartkar::protocol
