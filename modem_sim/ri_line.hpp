#pragma once

#include <functional>

#include "modem_sim/config.hpp"
#include "modem_sim/event_queue.hpp"

namespace smartkar::modem_sim {

// The RI pin as the host sees it: high when idle, low for a pulse, and low when VDD_EXT is off.
class RiLine {
 public:
  RiLine(EventQueue& events, const Config& config, std::function<void(bool high)> changed)
      : events_(events), config_(config), changed_(std::move(changed)) {}

  bool high() const { return powered_ && !pulse_; }
  // VDD_EXT
  void setPowered(bool on);
  void pulse();

 private:
  void endPulse();
  template <class Change>
  void change(Change apply) {
    const bool before = high();
    apply();
    if (high() != before) changed_(high());
  }

  EventQueue& events_;
  const Config& config_;
  std::function<void(bool)> changed_;
  bool powered_ = false;
  bool pulse_ = false;
  EventQueue::Id timer_ = 0;
};

}  // namespace smartkar::modem_sim
