#include "modem_sim/power.hpp"

#include <utility>

namespace smartkar::modem_sim {

using Owner = EventQueue::Owner;

std::string_view name(PowerState state) {
  switch (state) {
    case PowerState::NoSupply:
      return "no_supply";
    case PowerState::Off:
      return "off";
    case PowerState::Psm:
      return "psm";
    case PowerState::Starting:
      return "starting";
    case PowerState::Running:
      return "running";
    case PowerState::GoingDown:
      return "going_down";
    case PowerState::Wedged:
      return "wedged";
  }
  return "unknown";
}

void Power::setSupply(bool on) {
  if (on != (state_ == PowerState::NoSupply)) return;
  if (on) {
    state_ = PowerState::Off;
    off_at_ = Instant::min();
  } else {
    off();
    state_ = PowerState::NoSupply;
  }
}

void Power::setKey(bool pressed) {
  if (pressed == pressed_) return;
  pressed_ = pressed;
  const Timing& timing = config_.timing;
  if (pressed) {
    pressed_at_ = events_.now();
    const bool recovered = off_at_ == Instant::min() || events_.now() - off_at_ >= timing.off_to_on;
    turning_on_ = state_ == PowerState::Psm || (state_ == PowerState::Off && recovered);
    if (turning_on_) {
      vdd_timer_ = events_.after(timing.pwrkey_to_vdd_ext, Owner::Hardware, [this] { actions_.vdd_ext(true); });
      key_timer_ = events_.after(timing.pwrkey_on_min, Owner::Hardware, [this] { keyHeld(); });
    } else if (state_ != PowerState::NoSupply) {
      key_timer_ = events_.after(timing.pwrkey_reset, Owner::Hardware, [this] { keyHeld(); });
    }
    return;
  }
  events_.cancel(key_timer_);
  const Duration held = events_.now() - pressed_at_;
  if (turning_on_) {
    turning_on_ = false;
    if (state_ == PowerState::Off) off();  // too short
    if (state_ == PowerState::Psm) enterPsm();
  } else if (held > timing.pwrkey_off_min && held < timing.pwrkey_reset) {
    shutDown(true);
  }
}

void Power::keyHeld() {
  if (state_ == PowerState::NoSupply || state_ == PowerState::Wedged) return;
  const Timing& timing = config_.timing;
  const bool off = state_ == PowerState::Off || state_ == PowerState::Psm;
  if (off && turning_on_) {
    start(timing.uart_ready - timing.pwrkey_on_min);
    key_timer_ = events_.after(timing.pwrkey_reset - timing.pwrkey_on_min, Owner::Hardware, [this] { keyHeld(); });
  } else if (!off) {
    reboot();
  }
}

void Power::start(Duration until_uart) {
  after_psm_ = state_ == PowerState::Psm;
  state_ = PowerState::Starting;
  events_.cancel(state_timer_);
  state_timer_ = events_.after(until_uart, Owner::Hardware, [this] {
    state_ = PowerState::Running;
    actions_.firmware_starts(after_psm_);
  });
}

void Power::startNow() {
  if (state_ == PowerState::NoSupply) state_ = PowerState::Off;
  if (state_ != PowerState::Off) return;
  actions_.vdd_ext(true);
  state_ = PowerState::Running;
  actions_.firmware_starts(false);
}

void Power::reboot() {
  endFirmware();
  start(config_.timing.uart_ready);
}

void Power::enterPsm() {
  endFirmware();
  for (const EventQueue::Id timer : {key_timer_, vdd_timer_}) events_.cancel(timer);
  actions_.vdd_ext(false);
  state_ = PowerState::Psm;
}

void Power::wakeFromPsm() {
  if (state_ != PowerState::Psm || turning_on_) return;
  actions_.vdd_ext(true);
  start(config_.timing.uart_ready);
}

void Power::shutDown(bool graceful) {
  if (state_ != PowerState::Running && state_ != PowerState::Starting) return;
  if (!graceful) return off();
  if (state_ == PowerState::Running) actions_.announce_down();
  state_ = PowerState::GoingDown;
  events_.cancel(state_timer_);
  state_timer_ = events_.after(config_.timing.power_down, Owner::Hardware, [this] { off(); });
}

void Power::wedge() {
  if (state_ == PowerState::NoSupply) return;
  endFirmware();
  state_ = PowerState::Wedged;
}

void Power::endFirmware() {
  events_.cancel(state_timer_);
  const bool alive = state_ == PowerState::Running || state_ == PowerState::GoingDown;
  state_ = PowerState::Starting;
  if (alive) actions_.firmware_ends();
}

void Power::off() {
  endFirmware();
  for (const EventQueue::Id timer : {key_timer_, vdd_timer_}) events_.cancel(timer);
  actions_.vdd_ext(false);
  state_ = PowerState::Off;
  off_at_ = events_.now();
}

}  // namespace smartkar::modem_sim
