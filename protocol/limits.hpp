#pragma once

#include <cstddef>
#include <cstdint>

namespace smartkar::protocol {

// Longest topic (SIM7080 AT Manual V1.05 §17.2.6, AT+SMSUB and AT+SMPUB).
inline constexpr std::size_t kTopicBytesMax = 128;
// Longest payload from the car (SIM7080 AT Manual V1.05 §17.2.7, AT+SMPUB length).
inline constexpr std::size_t kDevicePayloadBytesMax = 1024;
// Longest payload to the car: what the modem hands over whole in a +SMSUB line.
inline constexpr std::size_t kCommandBytesMax = 480;

// A CCID is 19 or 20 digits (ITU-T E.118).
inline constexpr std::size_t kCcidDigitsMin = 19;
inline constexpr std::size_t kCcidDigitsMax = 20;

// Command ids the server may ask about in one sync.
inline constexpr std::size_t kOpenIdsMax = 16;
// Ids, nonces and counters are positive and fit a signed 32-bit integer, because old firmware reads them as one.
inline constexpr std::uint32_t kCommandIdMax = 0x7FFFFFFF;

// Messages one answer may be spread over.
inline constexpr std::uint32_t kPartsMax = 8;

inline constexpr std::size_t kActionBytesMax = 40;
inline constexpr std::size_t kErrorTextBytesMax = 96;
// Longest field path in an error: "vehicle.body.doors.rearRightOpen" and some room.
inline constexpr std::size_t kFieldNameBytesMax = 48;
// Longest text in telemetry and events ("shutdown_initiated" is the longest known).
inline constexpr std::size_t kValueTextBytesMax = 24;

// Tokens of one JSON document; a full v2.2 state of all domains needs about 190.
inline constexpr std::size_t kJsonTokensMax = 256;
// Objects and arrays inside one another.
inline constexpr std::size_t kJsonDepthMax = 8;

}  // namespace smartkar::protocol
