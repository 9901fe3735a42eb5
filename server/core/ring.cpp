#include "server/core/ring.hpp"

#include <algorithm>
#include <iterator>

#include "protocol/sync.hpp"
#include "server/core/ledger.hpp"

namespace smartkar::server {
namespace {

// The latest expiry among the commands worth waking the car for; nothing if there are none.
std::optional<UnixTime> worthUntil(const Car& car, const Moment& moment) {
  std::optional<UnixTime> latest;
  for (const auto& [id, entry] : car.commands) {
    if (!worthWaking(entry, moment)) continue;
    latest = std::max(latest.value_or(entry.record.expires_at), entry.record.expires_at);
  }
  return latest;
}

void ring(Car& car, Duration pause, UnixTime worth_until, Moment& moment) {
  // A ring nobody hears is of no use once the next one follows.
  const auto left = std::min(worth_until - moment.wall, wholeSeconds(pause));
  const auto expiry = static_cast<std::uint32_t>(std::max<std::int64_t>(left.count(), 2));
  char text[protocol::kCommandBytesMax];
  const auto encoded = protocol::encodeRing(moment.wall + std::chrono::seconds{expiry}, text);
  if (!encoded) return moment.remark(car.record.ccid, "ring does not fit a message");
  publishEverywhere(car,
                    {.ccid = car.record.ccid,
                     .kind = PublishKind::Ring,
                     .payload = std::string(*encoded),
                     .expiry_s = expiry,
                     .id = 0},
                    moment);
  for (auto& [id, entry] : car.commands) {
    if (worthWaking(entry, moment)) noteAttempt(entry, Path::Ring, moment);
  }
}

}  // namespace

bool worthWaking(const Entry& entry, const Moment& moment) {
  if (entry.final() || rowOf(entry.record) == Row::SentOnce) return false;
  return moment.wall + wholeSeconds(moment.policy.send_margin) < entry.record.expires_at;
}

void advanceRing(Car& car, Moment& moment) {
  if (car.contact || car.legacy_up || !car.ringable(moment)) return;
  const auto worth_until = worthUntil(car, moment);
  if (!worth_until) return car.ladder.reset();
  if (!car.ladder) car.ladder = Ladder{.next = moment.now, .began = moment.wall};
  car.ladder->worth_until = *worth_until;
  for (auto& [id, entry] : car.commands) {
    if (entry.record.state == CommandState::Queued) moveTo(entry, CommandState::Ringing, moment);
  }
  if (car.ladder->next > moment.now) return;

  constexpr std::size_t kLastRung = std::size(Policy{}.ring_pauses) - 1;
  const Duration pause = moment.policy.ring_pauses[std::min(car.ladder->rung, kLastRung)];
  ring(car, pause, *worth_until, moment);
  ++car.ladder->rung;
  car.ladder->next = moment.now + pause;
}

Instant ringDeadline(const Car& car, const Moment& moment) {
  const bool may_ring = !car.contact && !car.legacy_up && car.ringable(moment);
  return car.ladder && may_ring ? car.ladder->next : kNever;
}

}  // namespace smartkar::server
