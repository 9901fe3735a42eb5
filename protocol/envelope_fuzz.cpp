#include "protocol/envelope.hpp"

#include <array>
#include <cstddef>
#include <cstdint>

#include "base/assert.hpp"
#include "protocol/line_buffer.hpp"

// A line that is taken apart is the one that its parts make, and no line is longer than it may be.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace smartkar::protocol;
  LineBuffer<kCommandLineBytesMax> lines;
  for (std::size_t i = 0; i < size; ++i) {
    if (lines.push(static_cast<char>(data[i])) != decltype(lines)::Token::Line) continue;
    SK_ASSERT(!lines.line().empty() && lines.line().size() <= kCommandLineBytesMax);
    const auto envelope = decodeEnvelope(lines.line());
    if (!envelope) continue;
    std::array<char, kCommandLineBytesMax + 1> out;
    const auto again = encodeEnvelope(*envelope, out);
    SK_ASSERT(again.ok() && again->substr(0, again->size() - 1) == lines.line());
  }
  return 0;
}
