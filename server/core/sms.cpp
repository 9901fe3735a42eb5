#include "server/core/sms.hpp"

#include <algorithm>

#include "server/core/ledger.hpp"
#include "server/core/ring.hpp"

namespace smartkar::server {
namespace {

constexpr std::chrono::hours kDay{24};

// How many the car was sent on the day of `at`, in UTC.
std::uint32_t sentOnDay(const DeviceRecord& record, UnixTime at) {
  const bool same_day = record.sms_at && std::chrono::floor<std::chrono::days>(*record.sms_at) ==
                                             std::chrono::floor<std::chrono::days>(at);
  return same_day ? record.sms_count : 0;
}

// When a message is due for a car rung since `began`, whatever the commands are worth.
UnixTime dueAt(const Car& car, UnixTime began, const Policy& policy) {
  const DeviceRecord& record = car.record;
  UnixTime at = record.reachable ? began + wholeSeconds(policy.text_after) : began;
  if (record.sms_at) at = std::max(at, *record.sms_at + wholeSeconds(policy.text_pause));
  // A car about to wake by itself costs nothing.
  const auto patience = wholeSeconds(policy.text_patience);
  const bool wakes_soon = record.presence == Presence::Asleep && record.asleep_until &&
                          *record.asleep_until + patience > at && *record.asleep_until <= at + patience;
  if (wakes_soon) at = *record.asleep_until + patience;
  if (sentOnDay(record, at) >= policy.texts_per_day) {
    at = std::chrono::ceil<std::chrono::days>(at + std::chrono::seconds{1});
  }
  return at;
}

bool textable(const Car& car, const Policy& policy) {
  const Presence presence = car.record.presence;
  const bool away = presence == Presence::Asleep || presence == Presence::Overdue || presence == Presence::Lost;
  return policy.texts_per_day > 0 && away && !car.contact && !car.legacy_up;
}

}  // namespace

Instant nextText(const Car& car, const Moment& moment) {
  if (!textable(car, moment.policy)) return kNever;
  const UnixTime at = dueAt(car, car.ladder ? car.ladder->began : moment.wall, moment.policy);
  return at < moment.wall + kDay ? moment.instantOf(at) : kNever;
}

Instant smsDeadline(const Car& car, const Moment& moment) {
  if (!car.ladder || car.ladder->text_refused || !car.ringable(moment)) return kNever;
  if (!textable(car, moment.policy)) return kNever;
  const UnixTime at = dueAt(car, car.ladder->began, moment.policy);
  // It would come too late for every command.
  if (at + wholeSeconds(moment.policy.send_margin) >= car.ladder->worth_until) return kNever;
  return moment.instantOf(at);
}

void advanceSms(Car& car, Moment& moment) {
  if (smsDeadline(car, moment) > moment.now) return;
  DeviceRecord& record = car.record;
  record.sms_count = sentOnDay(record, moment.wall) + 1;
  record.sms_at = moment.wall;
  for (auto& [id, entry] : car.commands) {
    if (worthWaking(entry, moment)) noteAttempt(entry, Path::Sms, moment);
  }
  moment.actions.effects.push_back(SendSms{record.ccid});
}

void takeSmsResult(Car& car, const SmsResult& result, const Moment& moment) {
  if (result.failure.empty()) return;
  // The next ladder tries again.
  if (car.ladder) car.ladder->text_refused = true;
  for (auto& [id, entry] : car.commands) textFailed(entry, result.failure, moment);
}

}  // namespace smartkar::server
