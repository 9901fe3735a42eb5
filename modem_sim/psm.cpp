#include "modem_sim/psm.hpp"

#include "modem_sim/core.hpp"
#include "modem_sim/gprs_timer.hpp"

namespace smartkar::modem_sim {
namespace {

using Owner = EventQueue::Owner;

constexpr Duration kNoUpdate = 24h * 365;  // T3412 deactivated: only PWRKEY wakes it

}  // namespace

void Psm::setMode(int mode) {
  const bool asked = mode == 1 && core_.saved.cpsms == 0;
  core_.saved.cpsms = mode;
  if (mode == 0) granted_.reset();
  if (asked) negotiate();
}

void Psm::registered() {
  granted_.reset();
  if (core_.saved.cpsms == 1) negotiate();
}

void Psm::negotiate() {
  if (!core_.radio.registered() || !core_.config.behaviour.psm_granted) return;
  granted_ = {core_.saved.psm_active, core_.saved.psm_tau};
  core_.data.uplink();  // the request; the active time runs when the radio is idle again
}

void Psm::radioConnected() { core_.events.cancel(entry_timer_); }

void Psm::radioIdle() {
  core_.events.cancel(entry_timer_);
  if (!granted_ || !core_.radio.registered()) return;
  const auto active = activeTime(granted_->active);
  if (!active) return;
  const Duration asleep = updateTime(granted_->update).value_or(kNoUpdate) - *active;
  if (asleep < std::chrono::seconds(core_.settings.psm_threshold_s)) return;
  entry_timer_ = core_.events.after(*active, Owner::Firmware, [this, asleep] { activeTimeOver(asleep); });
}

void Psm::activeTimeOver(Duration asleep) {
  if (core_.settings.cpsmstatus == 1) core_.urc(UrcKind::Other, "+CPSMSTATUS: \"ENTER PSM\"");
  const Timing& timing = core_.config.timing;
  entry_timer_ = core_.events.after(timing.psm_entry, Owner::Firmware, [this, asleep] {
    const Duration until_wake = core_.config.timing.psm_wake.value_or(asleep);
    core_.events.cancel(wake_timer_);
    wake_timer_ = core_.events.after(until_wake, Owner::Hardware, [this] { core_.power.wakeFromPsm(); });
    core_.power.enterPsm();
  });
}

void Psm::left() {
  if (core_.settings.cpsmstatus == 1) core_.urc(UrcKind::Other, "+CPSMSTATUS: \"EXIT PSM\"");
}

void Psm::reset() { granted_.reset(); }

}  // namespace smartkar::modem_sim
