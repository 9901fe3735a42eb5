#include "device/telemetry/state_reporter.hpp"

#include <algorithm>
#include <type_traits>

namespace smartkar::device {
namespace {

using protocol::StateMessage;
using protocol::Value;

static_assert(std::is_trivially_copyable_v<PublishedState>);

constexpr std::size_t index(StateDomain domain) { return static_cast<std::size_t>(domain); }
constexpr std::size_t index(protocol::Field field) { return static_cast<std::size_t>(field); }

constexpr StateDomain domainAt(std::size_t index) { return static_cast<StateDomain>(index); }

void truncate(StateMessage& message, std::size_t size) {
  while (message.values.size() > size) message.values.erase(message.values.size() - 1);
}

}  // namespace

StateReporter::StateReporter(PublishedState& published, const ReportIntervals& intervals, Instant now)
    : published_(published), intervals_(intervals) {
  // Every wake has its cause, and its way into the network.
  unreported_.set(index(StateDomain::Device)).set(index(StateDomain::Network));
  sent_.fill(now);
}

DomainSet StateReporter::due(const Observation& seen, Instant now) const {
  DomainSet domains;
  for (std::size_t i = 0; i < kStateDomains; ++i) domains.set(i, due(domainAt(i), seen, now));
  return domains;
}

DomainSet StateReporter::collect(DomainSet domains, const Observation& seen, StateMessage& message,
                                 std::span<char> scratch) const {
  DomainSet taken;
  message.values.clear();
  for (std::size_t i = 0; i < kStateDomains; ++i) {
    if (!domains.test(i)) continue;
    const std::size_t size = message.values.size();
    put(domainAt(i), seen, message);
    const bool fits = protocol::encodeState(message, scratch).ok();
    SK_ASSERT(fits || taken.any());  // a domain alone always does
    if (fits) {
      taken.set(i);
    } else {
      truncate(message, size);
    }
  }
  return taken;
}

void StateReporter::markSent(DomainSet domains, const Observation& seen, Instant now) {
  for (std::size_t i = 0; i < kStateDomains; ++i) {
    if (!domains.test(i)) continue;
    const Provider& source = provider(domainAt(i));
    for (const Reading& reading : source.readings) {
      const Value value = valueOf(reading, seen);
      if (isNews(domainAt(i), reading, value, seen)) published_.known.set(index(reading.field), !value.isNull());
    }
    source.keep(seen, {published_.vehicle, device_});
    sent_[i] = now;
  }
  published_.reported |= domains;
  unreported_ &= ~domains;
}

Instant StateReporter::nextDeadline(const VehicleSnapshot& vehicle) const {
  const Observation seen{vehicle, device_};
  Instant earliest = kNever;
  for (std::size_t i = 0; i < kStateDomains; ++i) {
    if (hasSomethingToSay(domainAt(i), seen)) earliest = std::min(earliest, nextReport(domainAt(i), vehicle));
  }
  return earliest;
}

bool StateReporter::due(StateDomain domain, const Observation& seen, Instant now) const {
  if (!hasSomethingToSay(domain, seen)) return false;
  return !reported(domain) || unreported_.test(index(domain)) || changed(domain, seen) ||
         now >= nextReport(domain, seen.vehicle);
}

bool StateReporter::changed(StateDomain domain, const Observation& seen) const {
  const Observation told{published_.vehicle, device_};
  const auto& readings = provider(domain).readings;
  return std::any_of(readings.begin(), readings.end(), [&](const Reading& reading) {
    const Value now = valueOf(reading, seen);
    return isNews(domain, reading, now, seen) && worthReporting(reading, valueOf(reading, told), now);
  });
}

bool StateReporter::hasSomethingToSay(StateDomain domain, const Observation& seen) const {
  const Provider& source = provider(domain);
  return source.speaks(seen.vehicle) &&
         std::any_of(source.readings.begin(), source.readings.end(),
                     [&](const Reading& reading) { return isNews(domain, reading, valueOf(reading, seen), seen); });
}

// Unknown is said once: when it was known, or when nothing is known of what the server believes.
bool StateReporter::isNews(StateDomain domain, const Reading& reading, const Value& value,
                           const Observation& seen) const {
  if (!value.isNull()) return true;
  return provider(domain).hears(seen.vehicle) && (!reported(domain) || published_.known.test(index(reading.field)));
}

void StateReporter::put(StateDomain domain, const Observation& seen, StateMessage& message) const {
  for (const Reading& reading : provider(domain).readings) {
    const Value value = valueOf(reading, seen);
    if (isNews(domain, reading, value, seen)) SK_ASSERT(message.values.push({reading.field, value}));
  }
}

Instant StateReporter::nextReport(StateDomain domain, const VehicleSnapshot& vehicle) const {
  return sent_[index(domain)] + provider(domain).longest_interval(vehicle, intervals_);
}

bool StateReporter::reported(StateDomain domain) const { return published_.reported.test(index(domain)); }

}  // namespace smartkar::device
