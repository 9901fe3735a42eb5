#include "device/link/keep_alive.hpp"

#include <algorithm>
#include <cstdlib>

namespace smartkar::device {
namespace {

using std::chrono::seconds;

constexpr std::uint16_t kDaysToForget = 14;
// The modem's timer and the answer of the broker: only after this is the first sign of life known to have been heard.
constexpr Duration kAnswerMargin = 30s;

std::uint16_t dayOf(UnixTime time) {
  return static_cast<std::uint16_t>(std::chrono::duration_cast<std::chrono::days>(time.time_since_epoch()).count());
}

std::uint16_t stepUp(std::uint16_t interval) {
  return static_cast<std::uint16_t>(std::min<std::int64_t>(interval * 5 / 4, kKeepAliveMax.count()));
}

std::uint16_t stepDown(std::uint16_t interval) {
  return static_cast<std::uint16_t>(std::max<std::int64_t>(interval * 4 / 5, kKeepAliveMin.count()));
}

}  // namespace

seconds nextKeepAlive(const KeepAliveMemory& memory) {
  const bool bad_known = memory.bad_s != 0;
  if (memory.safe_s == 0) return bad_known ? kKeepAliveMin : kKeepAliveStart;
  const std::uint16_t next = stepUp(memory.safe_s);
  return seconds(bad_known && next >= memory.bad_s ? memory.safe_s : next);
}

void forgetOldFailure(KeepAliveMemory& memory, UnixTime now) {
  if (dayOf(now) - memory.bad_since_d >= kDaysToForget) memory.bad_s = 0;
}

void learnKeepAlive(KeepAliveMemory& memory, seconds interval, Duration slept, Survival survival, UnixTime now) {
  const Duration telling = survival == Survival::Survived ? interval + kAnswerMargin : Duration(interval);
  if (survival == Survival::Unclear || interval == seconds(0) || slept < telling) return;
  const auto length = static_cast<std::uint16_t>(interval.count());
  if (survival == Survival::Survived) {
    memory.safe_s = std::max(memory.safe_s, length);
    memory.losses = 0;
    if (memory.bad_s != 0 && memory.bad_s <= length) memory.bad_s = 0;
    return;
  }
  memory.bad_s = memory.bad_s != 0 ? std::min(memory.bad_s, length) : length;
  memory.bad_since_d = dayOf(now);
  ++memory.losses;
  // What was survived before and is not now: a single loss may be bad luck, a second one in a row is another network
  // behind the same name.
  if (memory.safe_s >= length) memory.safe_s = memory.losses > 1 ? 0 : stepDown(length);
}

bool KeepAliveNetworks::outgrew(const KeepAliveNetworks& kept) const {
  const auto moved = [](int before, int now) { return 5 * std::abs(now - before) >= std::max(before, 1); };
  return std::any_of(networks_.begin(), networks_.end(), [&](const KeepAliveMemory& now) {
    const auto* const same = std::find_if(kept.networks_.begin(), kept.networks_.end(),
                                          [&](const KeepAliveMemory& before) { return before.network == now.network; });
    const KeepAliveMemory before = same == kept.networks_.end() ? KeepAliveMemory{} : *same;
    return moved(before.safe_s, now.safe_s) || moved(before.bad_s, now.bad_s);
  });
}

KeepAliveMemory& KeepAliveNetworks::of(NetworkKey network) {
  auto found = std::find_if(networks_.begin(), networks_.end(),
                            [&](const KeepAliveMemory& known) { return known.network == network; });
  if (found == networks_.end()) {
    found = networks_.end() - 1;
    *found = {};
    found->network = network;
  }
  std::rotate(networks_.begin(), found, found + 1);
  return networks_.front();
}

}  // namespace smartkar::device
