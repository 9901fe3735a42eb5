#include "modem_sim/at_line.hpp"

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/assert.hpp"

// Any line either is refused or gives at most 39 commands whose text all came from the line.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view line(reinterpret_cast<const char*>(data), size);
  using smartkar::modem_sim::Backslash;
  for (const Backslash backslash : {Backslash::Kept, Backslash::Removed, Backslash::Ordinary}) {
    const auto commands = smartkar::modem_sim::parseLine(line, backslash);
    if (!commands) continue;
    SK_ASSERT(commands->size() <= smartkar::modem_sim::kCommandsMax);
    std::size_t text = 0;
    for (const auto& command : *commands) {
      text += command.name.size();
      for (const auto& parameter : command.parameters) text += parameter.text.size();
    }
    SK_ASSERT(text <= size);
  }
  return 0;
}
