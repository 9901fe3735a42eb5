#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "base/result.hpp"
#include "protocol/json_writer.hpp"
#include "protocol/limits.hpp"
#include "protocol/topics.hpp"

namespace smartkar::protocol {

// A message of the TCP link stands in a line of its own, in the envelope of v2.2: {"type":"response","data":{…}}. The
// type is the name of the channel that the same body has on MQTT.
struct Envelope {
  Channel channel = Channel::Command;
  std::string_view body;  // a JSON object; not looked into
};

// What stands around the body, with the longest type and the line end.
inline constexpr std::size_t kEnvelopeBytesMax = std::string_view(R"({"type":"response","data":})").size() + 1;
// Longest line from the car.
inline constexpr std::size_t kDeviceLineBytesMax = kDevicePayloadBytesMax + kEnvelopeBytesMax;
// Longest line to the car, without its end: the receive buffer of v2.2. What the body may be is kCommandBytesMax.
inline constexpr std::size_t kCommandLineBytesMax = 1024;

// Writes the line with its end (LF). TooLong: it does not fit.
Result<std::string_view, EncodeError> encodeEnvelope(const Envelope& envelope, std::span<char> out);

// Takes a line without its end apart; the body is a view into it. Nothing: it is not exactly of the form that
// encodeEnvelope gives it, or its type is unknown.
std::optional<Envelope> decodeEnvelope(std::string_view line);

}  // namespace smartkar::protocol
