#include "device/telemetry/profile_events.hpp"

#include <cmath>
#include <utility>

#include "base/crc32.hpp"

namespace smartkar::device {
namespace {

using protocol::Event;
using protocol::Value;
namespace name = protocol::event_name;

std::uint32_t fingerprintOf(const ChargingProfile& profile) {
  const auto tenths = static_cast<std::uint16_t>(std::lround(profile.temperature_c * 10));
  const std::array<std::uint8_t, 11> settings = {
      profile.operation,
      profile.operation2,
      profile.max_current_a,
      profile.min_soc,
      profile.target_soc,
      static_cast<std::uint8_t>(tenths),
      static_cast<std::uint8_t>(tenths >> 8),
      static_cast<std::uint8_t>(profile.shows_fahrenheit),
      profile.lead_min,
      profile.hold_plugged_min,
      profile.hold_battery_min,
  };
  return crc32(profile.name.view(), crc32(std::span<const std::uint8_t>(settings)));
}

Event eventOf(std::string_view event_name, std::size_t timer) {
  Event event;
  event.domain = protocol::event_domain::kProfiles;
  event.name = event_name;
  SK_ASSERT(event.details.push({"index", Value::number(static_cast<double>(timer))}));
  return event;
}

void detectUpdate(ProfileMemory& memory, const ProfileBook& book, std::size_t timer, EventSink& sink) {
  if (!book.slots[timer]) return;
  const std::uint32_t now = fingerprintOf(book.slots[timer]->profile);
  const auto before = std::exchange(memory.fingerprints[timer], now);
  if (before && *before != now) sink.onEvent(eventOf(name::kProfileUpdated, timer));
}

}  // namespace

void detectProfileEvents(ProfileMemory& memory, const ProfileBook& book, EventSink& sink) {
  for (std::size_t timer = 1; timer < kProfileSlots; ++timer) detectUpdate(memory, book, timer, sink);
  if (!book.timers) return;
  const auto before = std::exchange(memory.timers, book.timers);
  if (!before) return;
  for (std::size_t timer = 1; timer < kProfileSlots; ++timer) {
    const bool enabled = book.timers->enabled(timer);
    if (before->enabled(timer) == enabled) continue;
    Event event = eventOf(name::kTimerStateChanged, timer);
    SK_ASSERT(event.details.push({"enabled", Value::boolean(enabled)}));
    sink.onEvent(event);
  }
}

}  // namespace smartkar::device
