#include "modem_sim/sleep.hpp"

namespace smartkar::modem_sim {

using Owner = EventQueue::Owner;

void Sleep::setDtr(bool high) {
  if (high == dtr_high_) return;
  dtr_high_ = high;
  if (high) return touch();
  if (waking_) return;
  events_.cancel(timer_);
  if (!asleep_) return awake_();
  asleep_ = false;
  waking_ = true;
  timer_ = events_.after(config_.timing.dtr_wake, Owner::Firmware, [this] {
    waking_ = false;
    awake_();
    touch();
  });
}

void Sleep::touch() {
  if (asleep_ || waking_) return;
  events_.cancel(timer_);
  if (hostAway()) timer_ = events_.after(config_.timing.sleep_entry, Owner::Firmware, [this] { fallAsleep(); });
}

void Sleep::fallAsleep() {
  if (!idle_()) return touch();
  asleep_ = true;
}

void Sleep::reset() {
  events_.cancel(timer_);
  asleep_ = false;
  waking_ = false;
}

}  // namespace smartkar::modem_sim
