#include "test/conformance/virtual_rig.hpp"

#include <algorithm>

namespace smartkar::conformance {
namespace {

constexpr UnixTime kBegin = unixTime(1767225600);  // 2026-01-01

}  // namespace

UnixTime VirtualRig::wall() const { return kBegin + std::chrono::floor<std::chrono::seconds>(now_ - Instant{}); }

std::optional<Arrival> VirtualRig::next(Instant until) {
  for (;;) {
    car_.turn(now_, wall());
    old_car_.turn(now_, wall());
    if (auto arrival = takeArrival()) return arrival;
    const Instant due = std::min(car_.nextDeadline(), old_car_.nextDeadline());
    if (now_ >= until) return std::nullopt;
    now_ = std::clamp(due, now_, until);
  }
}

void VirtualRig::toCar(std::string_view payload, Duration expiry, bool legacy) {
  if (legacy) return old_car_.receive(payload, now_);
  car_.publish(payload, expiry, now_);
}

void VirtualRig::inflict(Fault fault, std::int64_t amount) {
  car_.inflict(fault, amount, now_);
  if (fault == Fault::PowerOn || fault == Fault::LoseJournal) old_firmware_ = false;
}

// There is one car: with old firmware, or with this one.
void VirtualRig::oldCarSession(bool open) {
  old_car_.setConnected(open);
  if (!open) return;
  old_firmware_ = true;
  car_.inflict(Fault::PowerOff, 0, now_);
}

void VirtualRig::heal() {
  if (old_firmware_) {
    old_car_.setConnected(true);
  } else {
    car_.heal(now_);
  }
  old_car_.mood = OldCarMood::Normal;
}

std::optional<std::vector<Act>> VirtualRig::acts() const {
  std::vector<Act> all = car_.acts;
  all.insert(all.end(), old_car_.acts.begin(), old_car_.acts.end());
  return all;
}

std::optional<Arrival> VirtualRig::takeArrival() {
  if (!old_car_.arrivals.empty()) {
    Arrival arrival = std::move(old_car_.arrivals.front());
    old_car_.arrivals.pop_front();
    return arrival;
  }
  if (car_.sent.empty()) return std::nullopt;
  Arrival arrival = std::move(car_.sent.front());
  car_.sent.pop_front();
  return arrival;
}

}  // namespace smartkar::conformance
