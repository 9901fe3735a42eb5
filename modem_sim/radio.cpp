#include "modem_sim/radio.hpp"

#include <utility>

#include "modem_sim/core.hpp"
#include "modem_sim/network_time.hpp"

namespace smartkar::modem_sim {

using Owner = EventQueue::Owner;

void Radio::boot() {
  if (core_.settings.cfun == 1 || core_.settings.cfun == 4) {
    startSim(core_.config.timing.sim_ready, core_.config.timing.sms_ready);
  }
}

void Radio::reset() {
  sim_ready_ = false;
  attached_ = true;
  rf_away_ = false;
  registration_ = Registration::Idle;
  contexts_ = {};
}

void Radio::startSim(Duration ready, Duration sms) {
  sim_timer_ = core_.events.after(ready, Owner::Firmware, [this] {
    sim_ready_ = core_.config.sim_inserted;
    core_.urc(UrcKind::Sim, sim_ready_ ? "+CPIN: READY" : "+CPIN: NOT INSERTED");
  });
  if (!core_.config.sim_inserted) return;
  sms_timer_ = core_.events.after(sms, Owner::Firmware, [this] {
    core_.urc(UrcKind::SmsReady, "SMS Ready");
    if (core_.settings.cfun == 1) search(core_.config.timing.attach);
  });
}

void Radio::setFunction(int level) {
  core_.settings.cfun = level;
  if (level != 0) core_.saved.cfun = level;
  for (const EventQueue::Id timer : {search_timer_, sim_timer_, sms_timer_}) core_.events.cancel(timer);
  if (level == 1) {
    const Timing& timing = core_.config.timing;
    if (sim_ready_) return search(timing.attach);
    return startSim(timing.sim_ready, timing.sms_ready);
  }
  contextLost();
  setRegistration(Registration::Idle);
  if (level == 0) sim_ready_ = false;
}

void Radio::search(Duration delay) {
  setRegistration(Registration::Searching);
  core_.events.cancel(search_timer_);
  if (hears()) {
    search_timer_ = core_.events.after(delay, Owner::Firmware, [this] {
      core_.data.signal();
      setRegistration(Registration::Home);
      receiveNetworkTime(core_);
      core_.sms.retry();
      retryAutomatic();
    });
  } else {
    search_timer_ = core_.events.after(core_.config.timing.search_give_up, Owner::Firmware,
                                       [this] { setRegistration(Registration::Idle); });
  }
}

void Radio::setCoverage(bool coverage) {
  const bool heard = hears();
  coverage_ = coverage;
  hearingChanged(heard);
}

void Radio::setRfAway(bool away) {
  const bool heard = hears();
  const bool returned = std::exchange(rf_away_, away) && !away;
  hearingChanged(heard);
  if (returned && registration_ == Registration::Idle && core_.settings.cfun == 1 && sim_ready_) {
    search(core_.config.timing.attach);
  }
}

void Radio::hearingChanged(bool heard) {
  if (heard == hears()) return;
  const bool in_use = registration_ == Registration::Home || registration_ == Registration::Searching;
  if (!hears()) contextLost();
  // A search that has given up stays so until the radio is cycled (LilyGo-T-SIM7080G#172).
  if (in_use) search(core_.config.timing.attach);
}

void Radio::setRegistration(Registration registration) {
  if (registration == registration_) return;
  registration_ = registration;
  if (core_.settings.cereg > 0) core_.urc(UrcKind::Other, "+CEREG: " + registrationText(core_.settings.cereg));
}

// Without <rac>, as in the vendor's capture (Low Power Mode App Note V1.02 §7.1.1).
std::string Radio::registrationText(int n) const {
  std::string text = std::to_string(static_cast<int>(registration_));
  if (n < 2 || !registered()) return text;
  text += R"(,"5B57","195071B",7)";
  if (n == 4) text += ",,,\"" + core_.saved.psm_active + "\",\"" + core_.saved.psm_tau + "\"";
  return text;
}

void Radio::setAttached(bool attached) {
  if (attached_ && !attached) contextLost();
  attached_ = attached;
}

bool Radio::dataPossible() const {
  for (const Context& context : contexts_) {
    if (context.state == Pdp::On) return true;
  }
  return false;
}

bool Radio::activate(std::size_t index, int action) {
  Context& context = contexts_[index];
  if (context.state != Pdp::Off) return false;
  context.state = Pdp::InOperation;
  context.automatic = action == 2;
  core_.events.after(core_.config.timing.pdp, Owner::Firmware, [this, index] { attachDone(index); });
  return true;
}

void Radio::attachDone(std::size_t index) {
  Context& context = contexts_[index];
  if (context.state != Pdp::InOperation) return;
  context.state = attached() ? Pdp::On : Pdp::Off;
  const char* result = context.state == Pdp::On ? ",ACTIVE" : ",DEACTIVE";
  core_.urc(UrcKind::Other, "+APP PDP: " + std::to_string(index) + result);
}

bool Radio::deactivate(std::size_t index) {
  Context& context = contexts_[index];
  if (context.state == Pdp::Off) return false;
  context = {};
  if (!dataPossible()) core_.bearerClosed();
  core_.events.after(Duration{0}, Owner::Firmware,
                     [this, index] { core_.urc(UrcKind::Other, "+APP PDP: " + std::to_string(index) + ",DEACTIVE"); });
  return true;
}

void Radio::dropPdp() {
  contextLost();
  retryAutomatic();
}

void Radio::retryAutomatic() {
  for (std::size_t i = 0; i < kContexts; ++i) {
    if (contexts_[i].automatic) activate(i, 2);
  }
}

void Radio::contextLost() {
  core_.bearerLost();
  endContexts();
}

void Radio::endContexts() {
  for (std::size_t i = 0; i < kContexts; ++i) {
    if (contexts_[i].state == Pdp::Off) continue;
    contexts_[i].state = Pdp::Off;
    core_.urc(UrcKind::Other, "+APP PDP: " + std::to_string(i) + ",DEACTIVE");
  }
}

}  // namespace smartkar::modem_sim
