#include "modem_sim/fault_injector.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include "modem_sim/core.hpp"

namespace smartkar::modem_sim {
namespace {

using Owner = EventQueue::Owner;

// Any number: keeps the sequence apart from that of the modem itself.
constexpr std::uint64_t kOwnSequence = 0xFA0175;

constexpr std::array kHourly = {Fault::UrcStorm, Fault::Reboot,  Fault::PowerDown, Fault::Wedge,
                                Fault::PowerCut, Fault::PdpDrop, Fault::NatDrop,   Fault::CellOutage};

bool transmits(std::string_view name) {
  constexpr std::array<std::string_view, 5> kNames = {"+SMCONN", "+SMPUB", "+CAOPEN", "+CASEND", "+CMGS"};
  return std::find(kNames.begin(), kNames.end(), name) != kNames.end();
}

}  // namespace

FaultInjector::FaultInjector(Core& core, std::uint64_t seed) : core_(core), random_(seed ^ kOwnSequence) {}

void FaultInjector::plan() {
  core_.events.cancel(timer_);
  double per_hour = 0;
  for (const Fault fault : kHourly) per_hour += core_.config.faults[fault];
  if (per_hour == 0) return;
  // Independent events: the time to the next one is exponentially distributed.
  const double uniform = (random_.next() + 1.0) / 4294967297.0;
  const auto delay = std::chrono::duration<double, std::ratio<3600>>(-std::log(uniform) / per_hour);
  timer_ = core_.events.after(std::chrono::duration_cast<Duration>(delay), Owner::Hardware, [this] { happen(); });
}

void FaultInjector::happen() {
  double per_hour = 0;
  for (const Fault fault : kHourly) per_hour += core_.config.faults[fault];
  double mark = per_hour * random_.next() / 4294967296.0;
  for (const Fault fault : kHourly) {
    mark -= core_.config.faults[fault];
    if (mark >= 0) continue;
    carryOut(fault);
    break;
  }
  plan();
}

void FaultInjector::carryOut(Fault fault) {
  switch (fault) {
    case Fault::UrcStorm:
      return urcStorm();
    case Fault::Reboot:
      if (core_.power.running()) core_.power.reboot();
      return;
    case Fault::PowerDown:
      return core_.power.shutDown(true);
    case Fault::Wedge:
      return core_.power.wedge();
    case Fault::PowerCut:
      cut_ = true;
      return;
    case Fault::PdpDrop:
      return core_.radio.dropPdp();
    case Fault::NatDrop:
      return core_.data.dropNat();
    default:
      return loseCell();
  }
}

void FaultInjector::urcStorm() {
  constexpr std::array<const char*, 4> kLines = {"UNDER-VOLTAGE WARNNING", "DST: 0", "SMS Ready", "+CTZV: 4,0"};
  constexpr int kCount = 50;
  for (int i = 0; i < kCount; ++i) core_.urc(UrcKind::Other, kLines[random_.below(kLines.size())]);
}

void FaultInjector::cutSupply() {
  core_.power.setSupply(false);
  core_.clock.lose();
  core_.events.after(3s, Owner::Hardware, [this] { core_.power.setSupply(true); });
}

void FaultInjector::loseCell() {
  core_.radio.setCoverage(false);
  const Duration outage = std::chrono::seconds(random_.between(10, 600));
  core_.events.after(outage, Owner::Hardware, [this] { core_.radio.setCoverage(true); });
}

std::string FaultInjector::damage(std::string_view bytes) {
  const double noise = core_.config.faults[Fault::UartNoise];
  const double loss = core_.config.faults[Fault::UartLoss];
  if (noise == 0 && loss == 0) return std::string(bytes);
  std::string result;
  for (const char c : bytes) {
    if (loss > 0 && random_.chance(loss)) continue;
    const bool hit = noise > 0 && random_.chance(noise);
    result += hit ? static_cast<char>(static_cast<unsigned char>(c) ^ (1U + random_.below(255))) : c;
  }
  return result;
}

std::string FaultInjector::toModem(std::string_view bytes) {
  const std::size_t lost = std::min(deaf_, bytes.size());
  deaf_ -= lost;
  return damage(bytes.substr(lost));
}

std::string FaultInjector::toHost(std::string_view bytes) {
  // Not at once: the line that is being sent knows nothing of its end.
  if (std::exchange(cut_, false)) core_.events.after(Duration{0}, Owner::Hardware, [this] { cutSupply(); });
  return damage(bytes);
}

std::optional<Reply> FaultInjector::answer(const Command& command) {
  const FaultRates& rates = core_.config.faults;
  if (rates[Fault::NeverAnswer] > 0 && random_.chance(rates[Fault::NeverAnswer])) return Reply::silent();
  if (rates[Fault::ErrorInsteadOfOk] > 0 && random_.chance(rates[Fault::ErrorInsteadOfOk])) {
    return Reply::failed(Cme::OperationFailed);
  }
  if (rates[Fault::BrownOut] > 0 && transmits(command.name) && random_.chance(rates[Fault::BrownOut])) {
    core_.events.after(Duration{random_.between(0, 1'000'000)}, Owner::Firmware, [this] { core_.power.reboot(); });
  }
  return refusal(command);
}

std::optional<Reply> FaultInjector::refusal(const Command& command) {
  const Behaviour& behaviour = core_.config.behaviour;
  if (command.name == "+SMCONN" && behaviour.smconn_silent) return Reply::silent();
  if (command.name == "+SMDISC" && behaviour.smdisc_stuck && core_.mqtt.state() != 0) return Reply::failed();
  if (command.form != Form::Write) return std::nullopt;
  if (command.name == "+CNACT" && refused_contexts_ < behaviour.cnact_refusals) {
    ++refused_contexts_;
    return Reply::failed();
  }
  if (command.name == "+CEDRXS" && refused_edrx_ < behaviour.cedrxs_refusals) {
    ++refused_edrx_;
    return Reply::failed();
  }
  return std::nullopt;
}

void FaultInjector::woken() {
  const double rate = core_.config.faults[Fault::LossAfterWake];
  if (rate > 0 && random_.chance(rate)) deaf_ = 1 + random_.below(8);
}

void FaultInjector::booted() {
  deaf_ = 0;
  refused_contexts_ = 0;
  refused_edrx_ = 0;
  const double rate = core_.config.faults[Fault::BootNoise];
  if (rate == 0 || !random_.chance(rate)) return;
  std::string noise(1 + random_.below(16), '\0');
  for (char& c : noise) c = static_cast<char>(random_.below(256));
  core_.uart.write(std::move(noise));
}

}  // namespace smartkar::modem_sim
