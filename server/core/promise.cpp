#include "server/core/promise.hpp"

#include "server/core/sms.hpp"

namespace smartkar::server {

void makePromise(const Car& car, CommandRecord& command, const Moment& moment) {
  const DeviceRecord& record = car.record;
  const Policy& policy = moment.policy;
  const auto within = [&](Path path, std::chrono::seconds time) {
    command.expected_path = path;
    command.expected_by = moment.wall + time;
  };
  if (car.legacy_up || (car.contact && car.tcp != 0)) return within(Path::Tcp, wholeSeconds(policy.resend_after));
  if (car.contact) return within(Path::Contact, wholeSeconds(policy.resend_after));
  if (record.reachable) {
    return within(Path::Ring, car.times.usual(Path::Ring, wholeSeconds(policy.ring_answer)));
  }
  if (const Instant text = nextText(car, moment); text != kNever) {
    const auto wait = wholeSeconds(std::max(text - moment.now, Duration{}));
    return within(Path::Sms, wait + car.times.usual(Path::Sms, wholeSeconds(policy.text_answer)));
  }
  if (record.presence != Presence::Asleep || !record.asleep_until) return;
  command.expected_path = Path::Timer;
  command.expected_by = *record.asleep_until;
}

}  // namespace smartkar::server
