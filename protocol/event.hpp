#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "base/fixed_string.hpp"
#include "base/fixed_vector.hpp"
#include "base/result.hpp"
#include "base/time.hpp"
#include "protocol/field_error.hpp"
#include "protocol/limits.hpp"
#include "protocol/value.hpp"

namespace smartkar::protocol {

using EventName = FixedString<kValueTextBytesMax>;

// Names of v2.2. Always read domain and name together: lowBattery exists in two.
namespace event_domain {
inline constexpr std::string_view kVehicle = "vehicle";
inline constexpr std::string_view kProfiles = "profiles";
inline constexpr std::string_view kDevice = "device";
}  // namespace event_domain

namespace event_name {
inline constexpr std::string_view kIgnitionOn = "ignitionOn";
inline constexpr std::string_view kIgnitionOff = "ignitionOff";
inline constexpr std::string_view kLocked = "locked";
inline constexpr std::string_view kUnlocked = "unlocked";
inline constexpr std::string_view kChargingStarted = "chargingStarted";
inline constexpr std::string_view kChargingStopped = "chargingStopped";
inline constexpr std::string_view kChargingComplete = "chargingComplete";
inline constexpr std::string_view kPlugged = "plugged";
inline constexpr std::string_view kUnplugged = "unplugged";
inline constexpr std::string_view kDoorOpened = "doorOpened";
inline constexpr std::string_view kDoorClosed = "doorClosed";
inline constexpr std::string_view kTrunkOpened = "trunkOpened";
inline constexpr std::string_view kTrunkClosed = "trunkClosed";
inline constexpr std::string_view kClimateStarted = "climateStarted";
inline constexpr std::string_view kClimateStopped = "climateStopped";
inline constexpr std::string_view kSocThreshold = "socThreshold";
inline constexpr std::string_view kLowBattery = "lowBattery";
inline constexpr std::string_view kProfileUpdated = "profileUpdated";
inline constexpr std::string_view kTimerStateChanged = "timerStateChanged";
inline constexpr std::string_view kConfigurationRolledBack = "configurationRolledBack";
inline constexpr std::string_view kCrashed = "crashed";
}  // namespace event_name

struct EventDetail {
  EventName name;
  Value value;
};

inline constexpr std::size_t kEventDetailsMax = 8;

// Something that happened, once.
struct Event {
  EventName domain;
  EventName name;
  FixedVector<EventDetail, kEventDetailsMax> details;  // flattened into the message
  std::optional<UnixTime> time;                        // `ts`; absent while the car does not know the time
  std::optional<std::uint32_t> boot;
  std::optional<std::uint32_t> seq;
};

// Fails with TooLong beyond kDevicePayloadBytesMax or out, Invalid without domain or name or with a detail that has
// the name of one of the other members. Numbers are written with at most 3 decimals.
Result<std::string_view, EncodeError> encodeEvent(const Event& event, std::span<char> out);

// Reads an event, with or without the v2.2 envelope {"type","data"}. Details that are no simple value, too long or more
// than kEventDetailsMax are left out.
// document: memory for the parsed text, of no further use afterwards.
Result<Event, FieldError> decodeEvent(std::string_view text, JsonDocument& document);

}  // namespace smartkar::protocol
