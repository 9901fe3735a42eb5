#include "modem_sim/core.hpp"

#include <utility>

#include "modem_sim/commands.hpp"

namespace smartkar::modem_sim {

using Owner = EventQueue::Owner;

Core::Core(const Config& modem_config, Network& network, Host& host_side, std::uint64_t seed)
    : config(modem_config),
      host(host_side),
      events([this](Duration passed) { ledger.spend(load(), passed); }),
      random(seed),
      clock(events),
      uart(events, [this](std::string_view bytes) { transmit(bytes); }),
      ri(events, config, [this](bool high) { host.onRi(high); }),
      sleep(
          events, config, [this] { return power.running() && saved.csclk == 1; },
          [this] {
            return !config.behaviour.usb_attached && !at.busy() && uart.idle() && !mqtt.keepsAwake() &&
                   !sockets.keepsAwake() && !ntp.busy() && !resolver.busy() && !gnss.on() && !http.busy() &&
                   !download.busy();
          },
          [this] {
            for (std::string& text : std::exchange(held_urcs_, {})) print(std::move(text));
            mqtt.hostPresent();
            faults.woken();
          }),
      power(events, config,
            {.vdd_ext = [this](bool on) { ri.setPowered(on); },
             .firmware_starts = [this](bool after_psm) { firmwareStarts(after_psm); },
             .firmware_ends = [this] { firmwareEnds(); },
             .announce_down =
                 [this] {
                   at.shutDown();
                   urc(UrcKind::Other, "NORMAL POWER DOWN");
                 }}),
      at(events, uart, config, settings,
         [this](const Command& command) {
           auto instead = faults.answer(command);
           return instead ? std::move(*instead) : runCommand(*this, command);
         }),
      paging(random, config, saved),
      data(events, random, config, paging, network, [this](bool connected) { radioChanged(connected); }),
      sim_card(config),
      radio(*this),
      psm(*this),
      mqtt(*this),
      sockets(*this),
      ntp(*this),
      resolver(*this),
      sms(*this),
      gnss(*this),
      http(*this),
      download(*this),
      faults(*this, seed) {
  saved.ipr = static_cast<int>(config.factory_baud);
  faults.plan();
}

void Core::radioChanged(bool connected) {
  connected ? psm.radioConnected() : psm.radioIdle();
  if (settings.crrcstate == 1) urc(UrcKind::Other, connected ? "+CRRCSTATE: 1" : "+CRRCSTATE: 0");
}

void Core::firmwareStarts(bool after_psm) {
  const bool resumes = after_psm && config.behaviour.psm_exit == PsmExit::Resume;
  if (!resumes) {
    settings = {};
    // Any restart ends the offline mode (AT Manual V1.05 §3.2.19, note).
    constexpr int kOffline = 7;
    if (saved.cfun == kOffline) saved.cfun = 1;
    settings.cfun = saved.cfun;
    requestNumberedEdrx(saved);
    settings.clts = saved.clts == 1;
    autobaud.reset();
  }
  uart.setBaud(config.timing.baud);
  sleep.reset();
  sleep.touch();
  // In autobaud the modem cannot know the rate before the host has spoken (AT Manual V1.05 §1.4).
  if (saved.ipr != 0 && !resumes) {
    events.after(config.timing.rdy, Owner::Firmware, [this] {
      urc(UrcKind::System, "RDY");
      urc(UrcKind::System, "+CFUN: " + std::to_string(settings.cfun));
    });
  }
  if (after_psm) {
    radio.resume();
    psm.left();
  } else {
    radio.boot();
  }
  faults.booted();
}

void Core::firmwareEnds() {
  events.cancelAll(Owner::Firmware);
  psm.reset();
  data.breakAll();
  mqtt.reset();
  sockets.reset();
  ntp.reset();
  resolver.reset();
  sms.reset();
  gnss.reset();
  http.reset();
  download.reset();
  radio.reset();
  at.reset();
  uart.clear();
  sleep.reset();
  held_urcs_.clear();
  files_open = false;
}

void Core::transmit(std::string_view sent) {
  const std::string bytes = faults.toHost(sent);
  if (host_awake) {
    host.onUart(bytes);
  } else {
    host.onUartLost(bytes);
  }
}

bool Core::urcEnabled(UrcKind kind) const {
  const auto group = [this](std::string_view name) { return saved.urc_groups.find(name)->second == 1; };
  switch (kind) {
    case UrcKind::System:
      return group("SYS");
    case UrcKind::Sim:
      return group("SIMCARD");
    case UrcKind::SmsReady:
      return group("SMS");
    case UrcKind::Network:
      return group("NETWORK");
    case UrcKind::Socket:
      return group("TCPIP");
    case UrcKind::Message:
      return config.behaviour.smsub_urc;
    case UrcKind::Sms:
    case UrcKind::Other:
      return true;
  }
  return true;
}

// AT Manual V1.05 §5.2.3: 1 = TCP/IP and URC, 2 = TCP/IP only; a received SMS always rings.
bool Core::rings(UrcKind kind) const {
  if (kind == UrcKind::Sms) return true;
  if (kind == UrcKind::Message && !config.behaviour.ri_on_smsub) return false;
  return settings.cfgri == 1 || (settings.cfgri == 2 && kind == UrcKind::Socket);
}

void Core::urc(UrcKind kind, std::string text) {
  if (!power.running() || !urcEnabled(kind)) return;
  const bool ring = rings(kind);
  const bool away = sleep.hostAway();
  std::string wire = (settings.verbose ? "\r\n" : "") + std::move(text) + "\r\n";
  const Duration ri_to_text = config.timing.ri_to_text;
  if (ring && ri_to_text >= Duration{0}) {
    ri.pulse();
  } else if (ring) {
    events.after(-ri_to_text, Owner::Hardware, [this] { ri.pulse(); });
  }
  if (away && config.behaviour.urc_when_dtr_high == UrcWhenDtrHigh::Lost) return;
  if (away && config.behaviour.urc_when_dtr_high == UrcWhenDtrHigh::Buffered) {
    held_urcs_.push_back(std::move(wire));
  } else if (ring && ri_to_text > Duration{0}) {
    events.after(ri_to_text, Owner::Firmware, [this, wire] { print(wire); });
  } else {
    print(std::move(wire));
  }
}

void Core::print(std::string text) { uart.writeUrc(std::move(text)); }

Load Core::load() const {
  switch (power.state()) {
    case PowerState::NoSupply:
      return Load::NoSupply;
    case PowerState::Off:
    case PowerState::Wedged:
      return Load::Off;
    case PowerState::Psm:
      return Load::Psm;
    case PowerState::Starting:
    case PowerState::GoingDown:
      return Load::Idle;
    case PowerState::Running:
      break;
  }
  if (gnss.on()) return Load::Gnss;
  if (!data.radioIdle()) return Load::Connected;
  if (!sleep.asleep()) return Load::Idle;
  return radio.registered() && paging.edrxCycle() ? Load::SleepEdrx : Load::Sleep;
}

std::optional<UnixTime> Core::networkTime() const {
  if (!config.network_time) return std::nullopt;
  return *config.network_time + std::chrono::floor<std::chrono::seconds>(events.now().time_since_epoch());
}

UnixTime Core::gnssTime() const { return networkTime().value_or(clock.utc()); }

void Core::bearerClosed() {
  mqtt.bearerClosed();
  http.bearerClosed();
  download.bearerClosed();
  ntp.bearerLost();
  resolver.bearerLost();
}

void Core::bearerLost() {
  data.breakAll();
  mqtt.bearerLost();
  sockets.bearerLost();
  http.bearerLost();
  download.bearerLost();
  ntp.bearerLost();
  resolver.bearerLost();
}

}  // namespace smartkar::modem_sim
