#include "modem_sim/modem.hpp"

#include <utility>

#include "modem_sim/core.hpp"
#include "modem_sim/quirks.hpp"

namespace smartkar::modem_sim {

Modem::Modem(const Config& config, Network& network, Host& host, std::uint64_t seed)
    : core_(std::make_unique<Core>(config, network, host, seed)) {}
Modem::~Modem() = default;

void Modem::run(Instant now) {
  core_->events.run(now);
  core_->radio.followConfiguration();
}
Instant Modem::nextDeadline() const { return core_->events.nextDeadline(); }

namespace {

constexpr std::int64_t kAutobaudMin = 9600;  // SIM7070 HW Design V1.03 §3.3
constexpr std::int64_t kAutobaudMax = 115200;

// True if the modem understands the host's rate. In autobaud it learns the rate from the first "AT".
bool rateMatches(Core& core, std::string_view bytes) {
  const std::int64_t host = core.config.timing.baud;
  if (core.saved.ipr != 0) return core.saved.ipr == host;
  if (!core.autobaud && host >= kAutobaudMin && host <= kAutobaudMax &&
      (bytes.find("AT") != std::string_view::npos || bytes.find("at") != std::string_view::npos)) {
    core.autobaud = host;
  }
  return core.autobaud == host;
}

}  // namespace

void Modem::uartIn(std::string_view bytes, Instant now) {
  run(now);
  if (!core_->power.running()) return;
  const bool heard = core_->sleep.uartListens();
  core_->sleep.touch();
  const std::string arrived = core_->faults.toModem(bytes);
  if (heard && rateMatches(*core_, arrived)) core_->at.input(arrived);
}

void Modem::setPowerKey(bool pressed, Instant now) {
  run(now);
  core_->power.setKey(pressed);
}

void Modem::setDtr(bool high, Instant now) {
  run(now);
  core_->sleep.setDtr(high);
}

void Modem::setVbat(bool on, Instant now) {
  run(now);
  core_->power.setSupply(on);
  if (on) return;
  core_->clock.lose();
  core_->gnss.forget();
}

void Modem::setHostAwake(bool awake, Instant now) {
  run(now);
  core_->host_awake = awake;
}

bool Modem::ri() const { return core_->ri.high(); }

void Modem::powerUpNow(Instant now) {
  run(now);
  core_->power.startNow();
}

void Modem::receiveSms(std::string_view sender, std::string_view text, Instant now) {
  run(now);
  core_->sms.receive(std::string(sender), std::string(text));
}

void Modem::setPosition(std::optional<GnssPosition> position, Instant now) {
  run(now);
  core_->gnss.setPosition(position);
}

void Modem::setCoverage(bool coverage, Instant now) {
  run(now);
  core_->radio.setCoverage(coverage);
}

void Modem::dropNat(Instant now) {
  run(now);
  core_->data.dropNat();
}

void Modem::dropPdp(Instant now) {
  run(now);
  core_->radio.dropPdp();
}

void Modem::wedge(Instant now) {
  run(now);
  core_->power.wedge();
}

void Modem::brownOut(Instant now) {
  run(now);
  if (core_->power.running()) core_->power.reboot();
}

void Modem::powerDownUnasked(Instant now) {
  run(now);
  core_->power.shutDown(true);
}

void Modem::emitUrc(std::string text, Instant now) {
  run(now);
  core_->urc(UrcKind::Other, std::move(text));
}

void Modem::emitNoise(std::size_t bytes, Instant now) {
  run(now);
  std::string noise;
  for (std::size_t i = 0; i < bytes; ++i) noise += static_cast<char>(core_->random.below(256));
  if (core_->power.running()) core_->uart.writeUrc(std::move(noise));
}

void Modem::failNext(std::string name, bool mute, Instant now) {
  run(now);
  core_->at.failNext(std::move(name), mute);
}

bool Modem::setFault(std::string_view name, std::string_view rate, Instant now) {
  run(now);
  const bool known = core_->config.faults.set(name, rate);
  core_->faults.plan();
  return known;
}

bool Modem::applyQuirk(std::string_view name, Instant now) {
  run(now);
  const bool known = modem_sim::applyQuirk(core_->config, name);
  core_->faults.plan();
  return known;
}

void Modem::stopFaults(Instant now) {
  run(now);
  core_->config.faults.clear();
  core_->faults.plan();
}

Config& Modem::config() { return core_->config; }
Behaviour& Modem::behaviour() { return core_->config.behaviour; }
Timing& Modem::timing() { return core_->config.timing; }

Charge Modem::charge(Instant now) {
  run(now);
  return core_->ledger.charge(core_->config);
}

ModemState Modem::state() const {
  const Core& core = *core_;
  return {.power = name(core.power.state()),
          .ri_high = core.ri.high(),
          .asleep = core.sleep.asleep(),
          .dtr_high = core.sleep.dtrHigh(),
          .host_awake = core.host_awake,
          .sim_ready = core.sim_card.ready(),
          .coverage = core.radio.coverage(),
          .registration = static_cast<int>(core.radio.registration()),
          .pdp = core.radio.dataPossible(),
          .mqtt = core.mqtt.state(),
          .sockets = core.sockets.connected()};
}

}  // namespace smartkar::modem_sim
