#include "device/modem/modem_manager.hpp"

#include <algorithm>

namespace smartkar::device {
namespace {

// PWRKEY: more than 1 s switches on, more than 1.2 s off (SIM7070 HW Design V1.03 §3.2); 1.5 s does either.
constexpr Duration kPowerKeyPulse = 1500ms;
// One switches on what was off. The first of two switches a modem off that hangs: without STATUS they look alike.
constexpr int kPulses = 2;
// The UART is dead 1.8 s after switching off, and 2 s more are asked for before switching on.
constexpr Duration kOffSettle = 4s;
constexpr Duration kRailOff = 3s;  // at least 2 s
constexpr Duration kRailSettle = 100ms;
// A modem woken by DTR loses what comes in its first 50 ms.
constexpr Duration kDtrSettle = 50ms;
constexpr Duration kWakeInterval = 100ms;
constexpr Duration kWakeLimit = 2s;
constexpr Duration kStartInterval = 250ms;
constexpr Duration kStartLimit = 10s;
// Boot lines that are no surprise after the first OK: RDY may follow it, SMS Ready takes up to 20 s.
constexpr Duration kStartLinesAfterSync = 3s;
constexpr Duration kLateLinesAfterSync = 30s;
constexpr Duration kResetSettle = 3s;
constexpr Duration kRadioPause = 10s;  // between CFUN=0 and 1 (docs/sources.md, recovery ladder)
constexpr Duration kSimMissingLimit = 5s;
constexpr Duration kPoll = 1s;
constexpr Duration kSlowPoll = 5s;
constexpr Duration kSlowPollAfter = 60s;
constexpr Duration kDeniedLimit = 30s;
constexpr Duration kIdleLimit = 60s;  // a search that gave up stays at 0 for ever; seen after 45 s
constexpr Duration kBearerPoll = 5s;
constexpr Duration kBearerRetry = 2s;
constexpr int kRestartsPerCall = 2;

constexpr int kSimNotInserted = 10;  // +CME ERROR numbers, §22.1
constexpr int kSimPinRequired = 11;
constexpr int kSimPukRequired = 12;

// No pause as short as promise P5 asks for where only a person can help.
constexpr Duration kPauseForPeople = 120s;

Remedy remedyFor(ModemError error) {
  switch (error) {
    case ModemError::NoBearer:
      return {.least = RecoveryStep::Bearer};
    case ModemError::NotRegistered:  // mostly no coverage, seldom a radio that is stuck: the supply is never at fault
      return {.least = RecoveryStep::RadioCycle, .most = RecoveryStep::PowerKey};
    case ModemError::Denied:  // a new attach is all that can change the network's mind
      return {RecoveryStep::RadioCycle, RecoveryStep::RadioCycle, kPauseForPeople};
    case ModemError::NoSim:  // without a detect line the modem looks for a SIM only when it starts
      return {RecoveryStep::RadioCycle, RecoveryStep::PowerKey, kPauseForPeople};
    case ModemError::SimLocked:  // nothing but a look: every wrong step nears the PUK
      return {RecoveryStep::Resync, RecoveryStep::Resync, kPauseForPeople};
    case ModemError::SimFailed:
      return {.least = RecoveryStep::RadioCycle};
    case ModemError::NoAnswer:
      return {.least = RecoveryStep::PowerKey};
    case ModemError::Restarted:
    case ModemError::Failed:
      break;
  }
  return {};
}

ModemState stateAfter(ModemError error) {
  switch (error) {
    case ModemError::NoSim:
    case ModemError::SimLocked:
    case ModemError::SimFailed:
      return ModemState::NoSim;
    case ModemError::Denied:
      return ModemState::Denied;
    default:
      return ModemState::Error;
  }
}

}  // namespace

ModemManager::ModemManager(AtEngine& at, ModemPins& pins, Scheduler& scheduler, Arena& arena, LogSink& sink,
                           const ModemSettings& settings)
    : at_(at),
      pins_(pins),
      scheduler_(scheduler),
      arena_(arena),
      log_(sink, "modem"),
      settings_(settings),
      ladder_(settings.seed),
      bearer_changed_(scheduler) {
  at_.onUrc("+APP PDP:", *this);
  at_.onUrc("RDY", *this);
}

void ModemManager::onUrc(std::string_view line) {
  if (line == "RDY") {
    rate_fixed_ = fresh_ = true;
    bearer_active_ = false;
    return;
  }
  const auto active = sim7080::parseBearerUrc(line);
  if (!active) return;
  bearer_active_ = *active;
  bearer_changed_.set();
  if (!*active && state_ == ModemState::Connected) enter(ModemState::Registered);
}

void ModemManager::enter(ModemState state) {
  if (state == state_) return;
  const std::string_view from = modemStateName(state_);
  const std::string_view to = modemStateName(state);
  log_.info("%.*s -> %.*s", static_cast<int>(from.size()), from.data(), static_cast<int>(to.size()), to.data());
  state_ = state;
}

ModemManager::Done ModemManager::failed(ModemError error) {
  enter(stateAfter(error));
  ladder_.onModemFailure(remedyFor(error), scheduler_.now());
  const std::string_view name = modemErrorName(error);
  log_.warning("connect: %.*s", static_cast<int>(name.size()), name.data());
  return Failure{error};
}

ModemError ModemManager::modemError(const AtError& error) const {
  if (error.kind == AtError::Kind::ModemRestarted) return ModemError::Restarted;
  return error.kind == AtError::Kind::Timeout ? ModemError::NoAnswer : ModemError::Failed;
}

void ModemManager::onLinkFailure(LinkTrouble trouble) {
  doubted_ = true;
  ladder_.onLinkFailure(trouble, scheduler_.now());
}
void ModemManager::onNoAnswer() {
  enter(ModemState::Error);
  ladder_.onModemFailure({}, scheduler_.now());
}
void ModemManager::onLinkSuccess() { ladder_.onSuccess(); }

Task<ModemManager::Done> ModemManager::send(AtCommand command) {
  const auto answer = co_await at_.run(command);
  if (!answer.ok()) co_return Failure{modemError(answer.error())};
  co_return Done{};
}

Task<void> ModemManager::trySend(AtCommand command) {
  const auto answer = co_await at_.run(command);
  static_cast<void>(answer.ok());
}

// --- connecting ---

Task<ModemManager::Done> ModemManager::connect() {
  co_await scheduler_.sleepUntil(ladder_.retryAt());
  if (ladder_.due() && !at_.restarted()) co_await recover(ladder_.take(scheduler_.now()));
  Done result;
  for (int restarts = 0; restarts <= kRestartsPerCall; ++restarts) {
    if (at_.restarted()) acceptRestart();
    if (connected() && !asleep_ && !doubted_) co_return Done{};
    result = co_await attempt();
    if (result.ok()) co_return result;
    if (result.error() != ModemError::Restarted) break;
  }
  co_return failed(result.error());
}

void ModemManager::acceptRestart() {
  at_.acceptRestart();
  bearer_active_ = false;
  expectBootLines();
  enter(ModemState::Synchronising);
}

void ModemManager::expectBootLines() {
  late_lines_until_ = scheduler_.now() + kLateLinesAfterSync;
  at_.expectBoot(scheduler_.now() + kStartLinesAfterSync, late_lines_until_);
}

Task<ModemManager::Done> ModemManager::attempt() {
  Done done;
  const bool in_touch = state_ == ModemState::Registered || state_ == ModemState::Connected;
  if (!in_touch || asleep_ || doubted_) {
    done = co_await wake();
    if (!done.ok()) co_return done;
    done = co_await configureIfNeeded();
    if (!done.ok()) co_return done;
    doubted_ = false;
  }
  if (!fresh_) {
    done = co_await queryBearer();
    if (!done.ok() && done.error() != ModemError::Failed) co_return done;
  }
  if (bearer_active_) {
    enter(ModemState::Connected);
    co_return Done{};
  }
  if (radio_off_) {
    done = co_await switchRadioOn();
    if (!done.ok()) co_return done;
  }
  done = co_await checkSim();
  if (!done.ok()) co_return done;
  done = co_await registerToNetwork();
  if (!done.ok()) co_return done;
  done = co_await activateBearer();
  co_return done;
}

// Without a STATUS line only an answer tells whether the modem is on, and a pulse would switch it off: ask first.
Task<ModemManager::Done> ModemManager::wake() {
  enter(ModemState::Synchronising);
  pins_.setRail(true);
  pins_.setDtr(false);
  asleep_ = false;
  co_await scheduler_.sleep(kDtrSettle);
  const auto answer = co_await at_.synchronise(kWakeInterval, kWakeLimit);
  if (answer.ok()) co_return Done{};
  if (answer.error().kind == AtError::Kind::ModemRestarted) co_return Failure{ModemError::Restarted};
  Done done = Failure{ModemError::NoAnswer};
  for (int pulses = 0; pulses < kPulses && !done.ok() && done.error() == ModemError::NoAnswer; ++pulses) {
    done = co_await powerOn();
  }
  co_return done;
}

Task<ModemManager::Done> ModemManager::powerOn() {
  enter(ModemState::Starting);
  at_.expectBoot(kNever, kNever);
  co_await pulsePowerKey();
  enter(ModemState::Synchronising);
  const auto answer = co_await at_.synchronise(kStartInterval, kStartLimit);
  if (!answer.ok()) co_return Failure{modemError(answer.error())};
  expectBootLines();
  co_return Done{};
}

Task<void> ModemManager::pulsePowerKey() {
  pins_.setPowerKey(true);
  PowerKeyRelease release{pins_};
  co_await scheduler_.sleep(kPowerKeyPulse);
}

Task<ModemManager::Done> ModemManager::checkSim() {
  const Instant begun = scheduler_.now();
  while (true) {
    const auto answer = co_await at_.run(sim7080::kReadSim);
    if (!answer.ok() && answer.error().kind != AtError::Kind::Error) co_return Failure{modemError(answer.error())};
    const auto status = answer.ok() ? sim7080::parseSim(answer->last()) : std::nullopt;
    const int code = answer.ok() ? -1 : answer.error().code;
    if (status == sim7080::SimStatus::Ready) co_return Done{};
    const bool locked = status == sim7080::SimStatus::Locked || code == kSimPinRequired || code == kSimPukRequired;
    const bool missing = status == sim7080::SimStatus::Missing || code == kSimNotInserted;
    const Duration waited = scheduler_.now() - begun;
    if (locked) co_return Failure{ModemError::SimLocked};
    if (missing && waited >= kSimMissingLimit) co_return Failure{ModemError::NoSim};
    if (waited >= settings_.sim_deadline) co_return Failure{ModemError::SimFailed};
    co_await scheduler_.sleep(kPoll);
  }
}

Task<ModemManager::Done> ModemManager::registerToNetwork() {
  enter(ModemState::Searching);
  const Instant begun = scheduler_.now();
  Instant hopeful = begun;  // when the modem last said neither denied nor idle
  while (true) {
    const Done read = co_await readRegistration();
    if (!read.ok()) co_return read;
    if (registration_ == sim7080::Registration::Home || registration_ == sim7080::Registration::Roaming) break;
    const bool denied = registration_ == sim7080::Registration::Denied;
    const Instant now = scheduler_.now();
    if (!denied && registration_ != sim7080::Registration::Idle) hopeful = now;
    if (denied && now - hopeful >= kDeniedLimit) co_return Failure{ModemError::Denied};
    const bool given_up = now - hopeful >= kIdleLimit;
    if (given_up || now - begun >= settings_.registration_deadline) co_return Failure{ModemError::NotRegistered};
    co_await scheduler_.sleep(now - begun < kSlowPollAfter ? kPoll : kSlowPoll);
  }
  enter(ModemState::Registered);
  const Done granted = co_await readGrantedEdrx();
  co_return granted;
}

Task<ModemManager::Done> ModemManager::readRegistration() {
  const auto answer = co_await at_.run(sim7080::kReadRegistration);
  if (!answer.ok() && answer.error().kind != AtError::Kind::Error) co_return Failure{modemError(answer.error())};
  registration_ = answer.ok() ? sim7080::parseRegistration(answer->last()) : std::nullopt;
  co_return Done{};
}

// The read form is the truth (§7.2.1); a state that cannot be read leaves what is known.
Task<ModemManager::Done> ModemManager::queryBearer() {
  const auto answer = co_await at_.run(sim7080::kReadBearer);
  if (!answer.ok()) co_return Failure{modemError(answer.error())};
  const auto active = sim7080::parseBearer(*answer);
  if (active) bearer_active_ = *active;
  co_return Done{};
}

Task<ModemManager::Done> ModemManager::activateBearer() {
  enter(ModemState::Bearer);
  const Instant deadline = scheduler_.now() + settings_.bearer_deadline;
  if (!settings_.apn.empty()) {
    const Done done = co_await send(sim7080::bearerSettings(line_, settings_.apn));
    if (!done.ok()) co_return done;
  }
  bearer_active_ = fresh_ = false;
  while (!bearer_active_ && scheduler_.now() < deadline) {
    const Done done = co_await requestBearer(deadline);
    if (!done.ok()) co_return done;
  }
  if (!bearer_active_) co_return Failure{ModemError::NoBearer};
  enter(ModemState::Connected);
  co_return Done{};
}

// OK only acknowledges. The URC may come before it, after it, or be lost: whatever it was, CNACT? decides.
Task<ModemManager::Done> ModemManager::requestBearer(Instant deadline) {
  bearer_changed_.clear();
  Done done = co_await send(sim7080::kBearerOn);
  const bool refused = !done.ok();
  if (refused && done.error() != ModemError::Failed) co_return done;
  const Instant limit = scheduler_.now() + (refused ? kBearerRetry : kBearerPoll);
  co_await bearer_changed_.wait(std::min(limit, deadline));
  if (bearer_active_) co_return Done{};
  done = co_await queryBearer();
  if (!done.ok() && done.error() == ModemError::Failed) co_return Done{};
  co_return done;
}

// --- recovering ---

Task<void> ModemManager::recover(RecoveryStep step) {
  const std::string_view name = recoveryStepName(step);
  log_.warning("recovery: %.*s", static_cast<int>(name.size()), name.data());
  bearer_active_ = false;
  enter(ModemState::Error);  // also if it is cancelled: what came of the step is then unknown
  // No command reaches a modem that does not even answer AT: the attempt that follows finds out why.
  if (!at_.inStep() && step < RecoveryStep::PowerKey) co_return;
  switch (step) {
    case RecoveryStep::Resync:
      break;  // every attempt begins with it
    case RecoveryStep::Bearer:
      co_await trySend(sim7080::kBearerOff);
      break;
    case RecoveryStep::RadioCycle:
      co_await cycleRadio();
      break;
    case RecoveryStep::Reset:
      at_.expectBoot(kNever, kNever);
      co_await trySend(sim7080::kReset);
      co_await scheduler_.sleep(kResetSettle);
      break;
    case RecoveryStep::PowerKey:
      co_await switchOff();
      break;
    case RecoveryStep::Rail:
      co_await powerDown();
      co_await scheduler_.sleep(kRailOff);
      pins_.setRail(true);
      co_await scheduler_.sleep(kRailSettle);
      break;
  }
  bearer_active_ = false;
}

Task<void> ModemManager::cycleRadio() {
  radio_off_ = true;
  co_await trySend(sim7080::kRadioOff);
  co_await scheduler_.sleep(kRadioPause);
  const Done on = co_await switchRadioOn();
  static_cast<void>(on.ok());
}

Task<ModemManager::Done> ModemManager::switchRadioOn() {
  late_lines_until_ = scheduler_.now() + kLateLinesAfterSync;  // CFUN=1 makes the SIM speak again
  at_.expectBoot(scheduler_.now(), late_lines_until_);
  const Done on = co_await send(sim7080::kRadioOn);
  if (on.ok()) radio_off_ = false;
  co_return on;
}

// A modem that is off already is switched on by the pulse, which the attempt that follows finds out. One that did not
// even answer AT is not asked: the pulse is graceful too, and asking would take longer than everything else.
Task<void> ModemManager::switchOff() {
  at_.expectBoot(kNever, kNever);
  Done graceful = Failure{ModemError::NoAnswer};
  if (at_.inStep()) graceful = co_await send(sim7080::kPowerDown);
  if (!graceful.ok()) co_await pulsePowerKey();
  co_await scheduler_.sleep(kOffSettle);
}

Task<void> ModemManager::powerDown() {
  at_.acceptRestart();
  at_.expectBoot(kNever, kNever);
  bearer_active_ = asleep_ = false;
  enter(ModemState::Off);  // from here on nothing is known, also if this is cancelled
  pins_.setDtr(false);
  co_await scheduler_.sleep(kDtrSettle);
  const Done graceful = co_await send(sim7080::kPowerDown);
  if (graceful.ok()) co_await scheduler_.sleep(kOffSettle);
  pins_.setRail(false);
}

}  // namespace smartkar::device
