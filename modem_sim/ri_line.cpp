#include "modem_sim/ri_line.hpp"

namespace smartkar::modem_sim {

void RiLine::setPowered(bool on) {
  change([&] {
    powered_ = on;
    if (!on) endPulse();
  });
}

void RiLine::pulse() {
  if (!powered_ || (pulse_ && !config_.behaviour.ri_retrigger)) return;
  events_.cancel(timer_);
  timer_ =
      events_.after(config_.timing.ri_width, EventQueue::Owner::Hardware, [this] { change([this] { endPulse(); }); });
  change([this] { pulse_ = true; });
}

void RiLine::endPulse() {
  events_.cancel(timer_);
  pulse_ = false;
}

}  // namespace smartkar::modem_sim
