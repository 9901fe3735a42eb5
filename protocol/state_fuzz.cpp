#include "protocol/state.hpp"

#include <array>
#include <cstddef>
#include <cstdint>

#include "base/assert.hpp"

// What is decoded can be encoded, and then nothing of it is rejected.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace smartkar::protocol;
  static JsonDocument document;
  const auto state = decodeState({reinterpret_cast<const char*>(data), size}, document);
  if (!state) return 0;
  for (const auto& error : state->rejected) SK_ASSERT(!error.describe().empty());
  std::array<char, kDevicePayloadBytesMax> out;
  const auto text = encodeState(state->state, out);
  if (!text) {
    SK_ASSERT(text.error() == EncodeError::TooLong);
    return 0;
  }
  const auto again = decodeState(*text, document);
  SK_ASSERT(again.ok() && again->rejected_count == 0);
  SK_ASSERT(again->state.values.size() == state->state.values.size());
  return 0;
}
