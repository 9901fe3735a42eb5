#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "protocol/topics.hpp"

namespace smartkar::server {

// Longest line taken from old firmware: a response with all profiles has about 1650 bytes, a whole state 1570.
inline constexpr std::size_t kLegacyLineBytesMax = 4096;

// A line of old firmware (v2.2, v2.1), as far as it means something.
struct LegacyLine {
  enum class Type : std::uint8_t { Auth, Message, Bye };

  Type type = Type::Message;
  protocol::Channel channel = protocol::Channel::State;  // of a Message: Response, State or Event
  // Auth: the CCID as it was sent, which may be anything. Bye: the reason; empty: none. Message: the body as
  // docs/protocol.md has it.
  std::string text;
};

// Reads {"type":…,"data":{…}}. A response may be without type if its status is `busy`. Members that mean something
// only in this firmware (stamps, the journal) are left out, units are ours. Nothing: the line is malformed, too
// complex, or of a type that a car does not send.
std::optional<LegacyLine> decodeLegacyLine(std::string_view line);

// The answer to Auth, with its line end. reason: why not; empty: accepted.
std::string legacyAuthAnswer(std::string_view reason);

}  // namespace smartkar::server
