#include "protocol/event.hpp"

#include <array>
#include <cstddef>
#include <cstdint>

#include "base/assert.hpp"

// What is decoded reads the same once encoded again.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace smartkar::protocol;
  static JsonDocument document;
  const auto event = decodeEvent({reinterpret_cast<const char*>(data), size}, document);
  if (!event) return 0;
  std::array<char, kDevicePayloadBytesMax> out;
  const auto text = encodeEvent(*event, out);
  if (!text) return 0;
  const auto again = decodeEvent(*text, document);
  SK_ASSERT(again.ok() && again->domain == event->domain && again->name == event->name);
  SK_ASSERT(again->details.size() == event->details.size() && again->seq == event->seq);
  return 0;
}
