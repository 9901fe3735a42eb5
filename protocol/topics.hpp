#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "base/fixed_string.hpp"
#include "protocol/limits.hpp"

namespace smartkar::protocol {

using Topic = FixedString<kTopicBytesMax>;
using Ccid = FixedString<kCcidDigitsMax>;

// The last level of a topic. Command goes to the car, the others come from it.
enum class Channel : std::uint8_t { State, Response, Event, Command, Status };

inline constexpr std::string_view kDefaultTopicPrefix = "smartkar";

// "state", "response", "event", "command" or "status".
std::string_view channelName(Channel channel);

// True for 19 or 20 decimal digits.
bool validCcid(std::string_view ccid);

// True for a prefix topics can be built from: printable ASCII without space, quote or wildcard, no '/' at either end,
// not empty, and short enough for every topic to fit.
bool validTopicPrefix(std::string_view prefix);

// "smartkar/{ccid}/response". Nothing if prefix or ccid is not valid.
std::optional<Topic> makeTopic(std::string_view prefix, std::string_view ccid, Channel channel);

// The filter for one channel of all cars: "smartkar/+/response". Nothing if the prefix is not valid.
std::optional<Topic> makeFilter(std::string_view prefix, Channel channel);

struct ParsedTopic {
  Ccid ccid;
  Channel channel;
};

// Takes a topic apart. Nothing if it does not have exactly the form of makeTopic with this prefix.
std::optional<ParsedTopic> parseTopic(std::string_view prefix, std::string_view topic);

}  // namespace smartkar::protocol
