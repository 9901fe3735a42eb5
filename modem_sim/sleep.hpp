#pragma once

#include <functional>

#include "modem_sim/config.hpp"
#include "modem_sim/event_queue.hpp"

namespace smartkar::modem_sim {

// Slow clock (AT+CSCLK, AT Manual V1.05 §5.2.7): asleep when enabled, DTR high and idle; a deaf UART while asleep and
// for a moment after DTR low.
class Sleep {
 public:
  // enabled: CSCLK=1. idle: nothing keeps the modem awake. awake: DTR woke it and the UART listens again.
  Sleep(EventQueue& events, const Config& config, std::function<bool()> enabled, std::function<bool()> idle,
        std::function<void()> awake)
      : events_(events),
        config_(config),
        enabled_(std::move(enabled)),
        idle_(std::move(idle)),
        awake_(std::move(awake)) {}

  void setDtr(bool high);
  // Something happened on the UART: counts as not idle.
  void touch();
  // The firmware has started or ended.
  void reset();
  bool asleep() const { return asleep_; }
  bool dtrHigh() const { return dtr_high_; }
  // DTR high with the slow clock on: the host is taken to be away.
  bool hostAway() const { return dtr_high_ && enabled_(); }
  bool uartListens() const { return !asleep_ && !waking_; }

 private:
  void fallAsleep();

  EventQueue& events_;
  const Config& config_;
  std::function<bool()> enabled_;
  std::function<bool()> idle_;
  std::function<void()> awake_;
  bool dtr_high_ = true;  // the board's pull-up
  bool asleep_ = false;
  bool waking_ = false;
  EventQueue::Id timer_ = 0;
};

}  // namespace smartkar::modem_sim
