// What the modem is told after each of its starts, and what it and the network made of it.
#include "device/modem/modem_manager.hpp"

namespace smartkar::device {
namespace {

constexpr int kConfigurations = 3;
constexpr int kTries = 5;
constexpr Duration kRetry = 200ms;

}  // namespace

// With automatic baud rate no RDY tells of a restart (§1.4), but echo and CMEE do: both are volatile. A configuration
// begins with ATE0 and ends with CMEE=1, so that a modem with CMEE 1 was configured, and one that does not echo either
// has not restarted since it began.
Task<ModemManager::Done> ModemManager::configureIfNeeded() {
  const auto answer = co_await at_.run(sim7080::kReadErrorFormat);
  if (answer.ok() && answer->last() == "+CMEE: 1" && !at_.echoed()) {
    at_.expectBoot(scheduler_.now(), late_lines_until_);
    fresh_ = false;
    co_return Done{};
  }
  enter(ModemState::Configuring);
  expectBootLines();
  for (int round = 0; round < kConfigurations; ++round) {
    Done done = co_await configure();
    if (!done.ok()) co_return done;
    done = co_await send(sim7080::kNumericErrors);
    if (at_.echoed()) continue;
    at_.expectBoot(scheduler_.now(), late_lines_until_);
    co_return done;
  }
  co_return Failure{ModemError::Restarted};
}

Task<ModemManager::Done> ModemManager::configure() {
  Done done = co_await send(sim7080::kEchoOff);
  if (!done.ok()) co_return done;
  const AtCommand& ring = settings_.ring_for_data_only ? sim7080::kRingOnData : sim7080::kRingOnUrc;
  done = co_await send(ring);
  if (!done.ok()) co_return done;
  if (!rate_fixed_) co_await fixRate();
  for (const AtCommand& command : sim7080::kOptionalSettings) {
    done = co_await sendPatiently(command);
    if (!done.ok() && done.error() != ModemError::Failed) co_return done;
  }
  done = co_await configureSlowClock();
  if (!done.ok()) co_return done;
  done = co_await configureEdrx();
  if (!done.ok() && done.error() != ModemError::Failed) co_return done;
  co_return Done{};
}

Task<void> ModemManager::fixRate() {
  const auto rate = co_await at_.run(sim7080::kReadRate);
  if (rate.ok() && rate->last() != "+IPR: 115200") co_await trySend(sim7080::kFixRate);
}

// Settings may be refused shortly after a start (technocreatives/sim7000). Failed: the modem did not take it.
Task<ModemManager::Done> ModemManager::sendPatiently(AtCommand command) {
  Done done = co_await send(command);
  for (int tries = 1; tries < kTries && !done.ok() && done.error() == ModemError::Failed; ++tries) {
    co_await scheduler_.sleep(kRetry);
    done = co_await send(command);
  }
  co_return done;
}

// The modem keeps this setting through its starts (§5.2.7): what is there already is not sent, what was sent is read
// back.
Task<ModemManager::Done> ModemManager::configureSlowClock() {
  Done done = co_await readSlowClock();
  if (!done.ok() || *slow_clock_) co_return done;
  done = co_await send(sim7080::kSlowClock);
  if (!done.ok()) co_return done;
  done = co_await readSlowClock();
  if (done.ok() && !*slow_clock_) log_.warning("the modem will not sleep");
  co_return done;
}

Task<ModemManager::Done> ModemManager::readSlowClock() {
  const auto answer = co_await at_.run(sim7080::kReadSlowClock);
  if (!answer.ok() && answer.error().kind != AtError::Kind::Error) co_return Failure{modemError(answer.error())};
  slow_clock_ = answer.ok() && answer->last() == "+CSCLK: 1";
  co_return Done{};
}

Task<ModemManager::Done> ModemManager::configureEdrx() {
  if (settings_.edrx_cycle.empty()) co_return Done{};
  const Done done = co_await sendPatiently(sim7080::edrx(line_, settings_.edrx_cycle));
  co_return done;
}

// The network decides what is granted (§5.2.42); without it a ring takes the time of ordinary paging and costs more.
Task<ModemManager::Done> ModemManager::readGrantedEdrx() {
  if (settings_.edrx_cycle.empty()) co_return Done{};
  const auto answer = co_await at_.run(sim7080::kReadGrantedEdrx);
  if (!answer.ok() && answer.error().kind != AtError::Kind::Error) co_return Failure{modemError(answer.error())};
  edrx_granted_ = answer.ok() ? sim7080::parseGrantedEdrx(answer->last()) : std::nullopt;
  if (edrx_granted_ && *edrx_granted_ != settings_.edrx_cycle) log_.warning("eDRX cycle not granted as asked for");
  co_return Done{};
}

}  // namespace smartkar::device
