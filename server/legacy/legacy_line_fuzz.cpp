#include "server/legacy/legacy_line.hpp"

#include <cstddef>
#include <cstdint>
#include <vector>

#include "base/assert.hpp"
#include "protocol/event.hpp"
#include "protocol/line_buffer.hpp"
#include "protocol/response.hpp"
#include "protocol/state.hpp"
#include "server/legacy/queued_commands.hpp"

// Whatever comes, what goes on is one JSON object that the readers of our own protocol can judge.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace smartkar;
  using Type = server::LegacyLine::Type;
  protocol::LineBuffer<server::kLegacyLineBytesMax> lines;
  server::QueuedCommands commands;
  commands.sent(1, "vehicle.startCharging");
  for (std::size_t i = 0; i < size; ++i) {
    if (lines.push(static_cast<char>(data[i])) != decltype(lines)::Token::Line) continue;
    const auto line = server::decodeLegacyLine(lines.line());
    if (!line || line->type != Type::Message) continue;
    protocol::JsonDocument document;
    SK_ASSERT(document.parse(line->text).ok());
    std::vector<char> result(line->text.size() + 2);
    static_cast<void>(protocol::decodeState(line->text, document));
    static_cast<void>(protocol::decodeEvent(line->text, document));
    static_cast<void>(protocol::decodeResponse(line->text, document, result));
    commands.answered(line->text);
    commands.outcome(line->text);
  }
  return 0;
}
