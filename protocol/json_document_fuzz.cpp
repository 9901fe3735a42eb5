#include "protocol/json_document.hpp"

#include <cstddef>
#include <cstdint>

#include "base/assert.hpp"

namespace {

using namespace smartkar::protocol;

// Touches everything a value offers; returns the number of values.
std::size_t walk(JsonValue value) {
  std::size_t count = 1;
  (void)value.asInt64();
  (void)value.asDouble();
  (void)value.asCutString<7>();
  for (const auto& member : value.members()) {
    SK_ASSERT(member.key.isString());
    SK_ASSERT(value.find(member.key.asCutString<64>()).has_value() || member.key.asCutString<64>().size() > 60);
    count += walk(member.value);
  }
  for (const auto element : value.elements()) count += walk(element);
  return count;
}

}  // namespace

// What is accepted reads back the same from its own raw text.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static JsonDocument document;
  static JsonDocument again;
  const auto root = document.parse({reinterpret_cast<const char*>(data), size});
  if (!root) return 0;
  const auto copy = again.parse(root->raw());
  SK_ASSERT(copy.ok());
  SK_ASSERT(walk(*root) == walk(*copy));
  return 0;
}
