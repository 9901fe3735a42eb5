#include "protocol/status_message.hpp"

#include <array>
#include <cstddef>
#include <cstdint>

#include "base/assert.hpp"

// What is decoded reads the same once encoded again.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace smartkar::protocol;
  static JsonDocument document;
  const auto status = decodeStatus({reinterpret_cast<const char*>(data), size}, document);
  if (!status) return 0;
  std::array<char, kDevicePayloadBytesMax> out;
  const auto text = encodeStatus(*status, out);
  if (!text) return 0;
  const auto again = decodeStatus(*text, document);
  SK_ASSERT(again.ok());
  // Without a known reason an announcement of sleep cannot be written as one.
  SK_ASSERT(again->presence == status->presence || (status->presence == Presence::Asleep && !status->reason));
  SK_ASSERT(again->boot == status->boot && again->conn == status->conn && again->journal == status->journal);
  SK_ASSERT(again->capabilities.size() == status->capabilities.size() && again->max_id == status->max_id);
  return 0;
}
