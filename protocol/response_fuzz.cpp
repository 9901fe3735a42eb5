#include "protocol/response.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>

#include "base/assert.hpp"

// What is decoded and fits the limit reads the same once encoded again.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace smartkar::protocol;
  static JsonDocument document;
  std::string memory(size + 2, '\0');
  const auto response = decodeResponse({reinterpret_cast<const char*>(data), size}, document, memory);
  if (!response) {
    SK_ASSERT(response.error().problem != Problem::TooLong || !response.error().describe().empty());
    return 0;
  }
  std::array<char, kDevicePayloadBytesMax> out;
  const auto text = encodeResponse(*response, out);
  if (!text) return 0;
  std::string again_memory(out.size() + 2, '\0');
  const auto again = decodeResponse(*text, document, again_memory);
  SK_ASSERT(again.ok());
  SK_ASSERT(again->id == response->id && again->status == response->status && again->stage == response->stage);
  SK_ASSERT(again->error == response->error && again->seq == response->seq && again->result == response->result);
  return 0;
}
