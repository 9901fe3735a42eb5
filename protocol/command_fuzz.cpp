#include "protocol/command.hpp"

#include <cstddef>
#include <cstdint>
#include <string>

#include "base/assert.hpp"
#include "protocol/mac.hpp"
#include "protocol/parameters.hpp"
#include "protocol/sync.hpp"

namespace {

using namespace smartkar::protocol;

void checkParameters(const CommandMessage& command) {
  const auto parameters = parseCommandParameters(*command.spec, command.message);
  if (!parameters) {
    SK_ASSERT(!parameters.error().describe().empty());
    return;
  }
  for (const auto& spec : command.spec->parameters) {
    SK_ASSERT(parameters->number(spec.parameter) >= spec.min && parameters->number(spec.parameter) <= spec.max);
  }
}

void checkSync(const CommandMessage& command) {
  const auto sync = decodeSync(command);
  if (!sync) return;
  char memory[kCommandBytesMax];
  const auto text = encodeSync(*sync, memory);
  SK_ASSERT(text.ok());
  static JsonDocument again;
  const auto decoded = decodeCommand(*text, again);
  SK_ASSERT(decoded.ok() && decodeSync(*decoded).ok());
}

void check(std::string_view text) {
  static JsonDocument document;
  const auto command = decodeCommand(text, document);
  if (!command) {
    SK_ASSERT(!command.error().field.describe().empty());
    return;
  }
  SK_ASSERT(!command->contact || command->has_mac);
  if (command->spec == nullptr) return;
  checkParameters(*command);
  if (command->spec->action == Action::Sync) checkSync(*command);
}

}  // namespace

// Also checks the input with a mac that fits, or the checksum would hide all that stands behind it.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  check(text);
  char memory[kCommandBytesMax];
  JsonWriter writer(memory);
  writer.beginObject().members(text);
  endWithMac(writer);
  if (const auto closed = writer.finish()) check(*closed);
  return 0;
}
