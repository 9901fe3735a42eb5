#pragma once

#include <cstdint>
#include <optional>

namespace smartkar::server {

// How complete the state and event messages of a car have come. They share one row of numbers in each boot.
struct Reception {
  std::optional<std::uint32_t> boot;  // whose row it is; nothing: none with a number has come
  std::uint32_t highest = 0;
  std::uint64_t window = 0;    // bit n: the message `highest - n` has come (the window of RFC 4303, section 3.4.3)
  std::uint32_t missing = 0;   // numbers passed over that have not come since, of all boots
  std::uint32_t repeated = 0;  // messages that had come before, or came so late that nobody can tell

  friend bool operator==(const Reception&, const Reception&) = default;
};

// What one message told of the row.
struct Arrival {
  std::uint32_t missing = 0;  // numbers right before it that have not come
  bool late = false;          // it was one of the missing
  bool repeated = false;
};

// Enters a message. One of an earlier boot tells nothing.
Arrival enter(Reception& reception, std::uint32_t boot, std::uint32_t seq);

}  // namespace smartkar::server
