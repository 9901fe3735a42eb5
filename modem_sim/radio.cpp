#include "modem_sim/radio.hpp"

#include <algorithm>
#include <cstdio>
#include <utility>

#include "modem_sim/core.hpp"
#include "modem_sim/network_time.hpp"

namespace smartkar::modem_sim {

using Owner = EventQueue::Owner;

namespace {
constexpr int kDeregistered = 2;  // COPS mode (AT Manual V1.05 §3.2.9)
// An automatic context that could not be activated is tried again; how soon no document says.
constexpr Duration kAutomaticRetry = 10s;

std::pair<int, int> placeOf(const Config& config) { return {config.tac, config.cell}; }
}  // namespace

Radio::Radio(Core& core) : core_(core), place_(placeOf(core.config)) {}

void Radio::boot() {
  if (core_.settings.cfun == 1 || core_.settings.cfun == 4) startSim();
}

void Radio::resume() {
  core_.sim_card.read();
  if (!hears()) return search(core_.config.timing.attach);
  registration_ = verdict();
  core_.data.setInReach(registered());
  core_.data.uplink();
  core_.psm.registered();
  core_.sms.retry();
}

void Radio::reset() {
  core_.sim_card.forget();
  attached_ = true;
  rf_away_ = false;
  registration_ = Registration::Idle;
  contexts_ = {};
}

void Radio::startSim() {
  sim_timer_ = core_.events.after(core_.config.timing.sim_ready, Owner::Firmware, [this] {
    core_.sim_card.read();
    core_.urc(UrcKind::Sim, "+CPIN: " + std::string(core_.sim_card.text()));
    if (core_.sim_card.ready()) startService();
  });
}

void Radio::simUnlocked() {
  core_.urc(UrcKind::Sim, "+CPIN: READY");
  startService();
}

void Radio::startService() {
  const Timing& timing = core_.config.timing;
  sim_timer_ = core_.events.after(timing.sms_ready - timing.sim_ready, Owner::Firmware, [this] {
    core_.urc(UrcKind::SmsReady, "SMS Ready");
    if (core_.settings.cfun == 1) search(core_.config.timing.attach);
  });
}

void Radio::setOperatorMode(int mode) {
  core_.saved.cops_mode = mode;
  if (mode == kDeregistered) {
    core_.events.cancel(search_timer_);
    contextLost();
    setRegistration(Registration::Idle);
  } else if (!registered() && core_.settings.cfun == 1 && core_.sim_card.ready()) {
    search(core_.config.timing.attach);
  }
}

void Radio::setFunction(int level) {
  core_.settings.cfun = level;
  if (level != 0) core_.saved.cfun = level;
  for (const EventQueue::Id timer : {search_timer_, sim_timer_}) core_.events.cancel(timer);
  if (level == 1) {
    if (core_.sim_card.ready()) return search(core_.config.timing.attach);
    return startSim();
  }
  contextLost();
  setRegistration(Registration::Idle);
  if (level == 0) core_.sim_card.forget();
}

void Radio::search(Duration delay) {
  if (core_.saved.cops_mode == kDeregistered) return;
  setRegistration(Registration::Searching);
  core_.events.cancel(search_timer_);
  if (hears()) {
    search_timer_ = core_.events.after(delay, Owner::Firmware, [this] { searchEnds(); });
  } else {
    search_timer_ = core_.events.after(core_.config.timing.search_give_up, Owner::Firmware, [this] { searchFails(); });
  }
}

// By now the network has forgotten the contexts, too.
void Radio::searchFails() {
  contextLost();
  setRegistration(Registration::Idle);
}

void Radio::searchEnds() {
  // Without the operator's APN some networks refuse (LilyGo-T-SIM7080G#28).
  setRegistration(core_.config.behaviour.attach_needs_apn && !hasApn() ? Registration::Denied : verdict());
  core_.data.uplink();
  if (!registered()) return contextLost();
  activations_to_fail_ = core_.config.behaviour.cnact_failures;
  core_.psm.registered();
  receiveNetworkTime(core_);
  core_.sms.retry();
  retryAutomatic();
}

Radio::Registration Radio::verdict() const {
  switch (core_.config.behaviour.registration) {
    case RegistrationVerdict::Home:
      return Registration::Home;
    case RegistrationVerdict::Roaming:
      return Registration::Roaming;
    case RegistrationVerdict::Denied:
      break;
  }
  return Registration::Denied;
}

bool Radio::hasApn() const {
  const auto context = core_.saved.pdp_contexts.find(1);
  return context != core_.saved.pdp_contexts.end() && context->second.ends_with(",\"" + core_.config.apn + "\"");
}

void Radio::followConfiguration() {
  const bool moved = std::exchange(place_, placeOf(core_.config)) != place_;
  const SimKind card = core_.config.behaviour.sim;
  if (core_.sim_card.ready() && (card == SimKind::Missing || card == SimKind::Failure)) loseSim();
  if (!registered()) return;
  if (verdict() == Registration::Denied) contextLost();
  setRegistration(verdict());
  if (moved && registered()) announceRegistration(2);
}

void Radio::loseSim() {
  core_.sim_card.read();
  core_.urc(UrcKind::Sim, "+CPIN: " + std::string(core_.sim_card.text()));
  core_.events.cancel(search_timer_);
  contextLost();
  setRegistration(Registration::Idle);
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
  if (returned && registration_ == Registration::Idle && core_.settings.cfun == 1 && core_.sim_card.ready()) {
    search(core_.config.timing.attach);
  }
}

void Radio::hearingChanged(bool heard) {
  if (heard == hears()) return;
  const bool in_use = registered() || registration_ == Registration::Searching;
  if (rf_away_) contextLost();
  // A search that has given up stays so until the radio is cycled (LilyGo-T-SIM7080G#172). Contexts outlive a shorter
  // outage: the network knows the modem, and takes it back sooner than a new one.
  const Timing& timing = core_.config.timing;
  if (in_use) search(anyContext() ? timing.reselection : timing.attach);
}

bool Radio::anyContext() const {
  return std::ranges::any_of(contexts_, [](const Context& context) { return context.state != Pdp::Off; });
}

void Radio::setRegistration(Registration registration) {
  if (registration == registration_) return;
  const bool was_registered = registered();
  registration_ = registration;
  core_.data.setInReach(registered());
  announceRegistration(1);
  if (core_.settings.cnsmod == 1 && registered() != was_registered) {
    core_.urc(UrcKind::Other, registered() ? "+CNSMOD: 7" : "+CNSMOD: 0");
  }
}

// n: of AT+CEREG, from which it is told.
void Radio::announceRegistration(int n) {
  if (core_.settings.cereg >= n) core_.urc(UrcKind::Other, "+CEREG: " + registrationText(core_.settings.cereg));
}

// Without <rac>, as in the vendor's capture (Low Power Mode App Note V1.02 §7.1.1).
std::string Radio::registrationText(int n) const {
  std::string text = std::to_string(static_cast<int>(registration_));
  if (n < 2 || !registered()) return text;
  std::array<char, 48> place{};
  std::snprintf(place.data(), place.size(), ",\"%04X\",\"%X\",7", static_cast<unsigned>(place_.first),
                static_cast<unsigned>(place_.second));
  text += place.data();
  if (n == 4) text += ",,,\"" + core_.saved.psm_active + "\",\"" + core_.saved.psm_tau + "\"";
  return text;
}

void Radio::setAttached(bool attached) {
  if (attached_ && !attached) contextLost();
  attached_ = attached;
}

bool Radio::carriesIp(std::size_t index) const {
  constexpr int kNonIp = 3;  // CNCFG <ip_type>; 4 is EX_NONIP
  const auto config = core_.settings.network_configs.find(static_cast<int>(index));
  return config == core_.settings.network_configs.end() || config->second.type < kNonIp;
}

bool Radio::dataPossible() const {
  for (std::size_t i = 0; i < kContexts; ++i) {
    if (contexts_[i].state == Pdp::On && carriesIp(i)) return true;
  }
  return false;
}

bool Radio::activate(std::size_t index, int action) {
  Context& context = contexts_[index];
  if (context.state != Pdp::Off) return core_.config.behaviour.cnact_when_active == CnactWhenActive::Accept;
  context.state = Pdp::InOperation;
  context.automatic = action == 2;
  core_.events.after(core_.config.timing.pdp, Owner::Firmware, [this, index] { attachDone(index); });
  return true;
}

void Radio::attachDone(std::size_t index) {
  Context& context = contexts_[index];
  if (context.state != Pdp::InOperation) return;
  const bool refused = !carriesIp(index) && !core_.config.behaviour.nonip_granted;
  const bool fails = !attached() || refused || activations_to_fail_ > 0;
  if (activations_to_fail_ > 0) --activations_to_fail_;
  context.state = fails ? Pdp::Off : Pdp::On;
  const char* result = context.state == Pdp::On ? ",ACTIVE" : ",DEACTIVE";
  core_.urc(UrcKind::Other, "+APP PDP: " + std::to_string(index) + result);
  if (fails && context.automatic) {
    core_.events.after(kAutomaticRetry, Owner::Firmware, [this] {
      if (attached()) retryAutomatic();
    });
  }
}

bool Radio::deactivate(std::size_t index) {
  Context& context = contexts_[index];
  if (context.state == Pdp::Off) return false;
  context = {};
  core_.sockets.contextClosed(index);
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
