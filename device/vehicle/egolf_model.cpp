#include "device/vehicle/egolf_model.hpp"

#include <algorithm>

#include "device/vehicle/no_data.hpp"

namespace smartkar::device {
namespace {

// How long climate runs by itself: the hold times of the default profile (docs/sources.md, e-Golf).
constexpr Duration kHoldPlugged = 30min;
constexpr Duration kHoldOnBattery = 10min;
// How finely something that runs is followed.
constexpr Duration kPhysicsStep = 1s;
constexpr Duration kFrameEvery = 20ms;
// What is known of the simulated car although it sleeps was heard before.
constexpr std::uint32_t kFramesAtStart = 1;
constexpr int kIgnitionOff = 0;
constexpr int kIgnitionOn = 2;

}  // namespace

void EGolfModel::requestWake(Instant now) {
  advance(now);
  wake_asked_ = true;
  if (awake_ || first_broadcast_ != kNever || !settings_.wakes) return;
  first_broadcast_ = now + settings_.wake_delay;
}

bool EGolfModel::awake(Instant) const { return awake_; }

void EGolfModel::hold(Instant now) {
  advance(now);
  ++holds_;
}

void EGolfModel::release(Instant now) {
  advance(now);
  if (holds_ > 0) --holds_;
  awake_until_ = std::max(awake_until_, now + settings_.falls_asleep);
}

std::optional<ImmediateProfile> EGolfModel::profile() const {
  return profile_known_ ? std::optional(stored_) : std::nullopt;
}

void EGolfModel::writeProfile(const ImmediateProfile& profile, Instant now) {
  advance(now);
  if (!listens(now) || !settings_.answers_profile) return;
  if (settings_.rejects_profile) {
    return answer(VehicleOperation::WriteProfile, VehicleOutcome::Rejected, now + settings_.write_delay);
  }
  stored_ = profile;
  profile_known_ = true;
  if (log_ != nullptr) log_->onActuatorFrame(VehicleOperation::WriteProfile, profile, now);
  answer(VehicleOperation::WriteProfile, VehicleOutcome::Ok, now + settings_.write_delay);
}

void EGolfModel::start(Instant now) {
  advance(now);
  if (!listens(now)) return;
  if (settings_.rejects_operation || refusesStart()) {
    return answer(VehicleOperation::Start, VehicleOutcome::Rejected, operationDone(now));
  }
  if (log_ != nullptr) log_->onActuatorFrame(VehicleOperation::Start, stored_, now);
  run(now);
  if (settings_.answers_operation) answer(VehicleOperation::Start, VehicleOutcome::Ok, operationDone(now));
}

void EGolfModel::stop(Instant now) {
  advance(now);
  if (!listens(now)) return;
  if (settings_.rejects_operation) {
    return answer(VehicleOperation::Stop, VehicleOutcome::Rejected, operationDone(now));
  }
  if (log_ != nullptr) log_->onActuatorFrame(VehicleOperation::Stop, stored_, now);
  physics_.stop();
  if (settings_.answers_operation) answer(VehicleOperation::Stop, VehicleOutcome::Ok, operationDone(now));
}

bool EGolfModel::refresh(Instant now) { return ask(VehicleOperation::Refresh, now); }

bool EGolfModel::readProfiles(Instant now) { return ask(VehicleOperation::ReadProfiles, now); }

bool EGolfModel::ask(VehicleOperation operation, Instant now) {
  advance(now);
  if (!listens(now)) return false;
  const bool asked = std::any_of(pending_.begin(), pending_.end(),
                                 [&](const Pending& pending) { return pending.result.operation == operation; });
  if (!asked && settings_.answers_questions) answer(operation, VehicleOutcome::Ok, now + settings_.read_delay);
  return true;
}

void EGolfModel::writeTimer(std::size_t timer, const ChargingProfile& profile, Instant now) {
  if (!takesTimers(VehicleOperation::WriteTimer, now)) return;
  profiles_.write(timer, profile, now);
  if (log_ != nullptr) log_->onTimerFrame(VehicleOperation::WriteTimer, Timers{}.with(timer, true), now);
}

void EGolfModel::enableTimers(Timers timers, Instant now) {
  if (!takesTimers(VehicleOperation::EnableTimers, now)) return;
  profiles_.enable(timers);
  if (log_ != nullptr) log_->onTimerFrame(VehicleOperation::EnableTimers, timers, now);
}

// True if the car does it; it answers like to any profile.
bool EGolfModel::takesTimers(VehicleOperation operation, Instant now) {
  advance(now);
  if (!listens(now)) return false;
  const VehicleOutcome outcome = settings_.rejects_profile ? VehicleOutcome::Rejected : VehicleOutcome::Ok;
  if (settings_.answers_profile) answer(operation, outcome, now + settings_.write_delay);
  return outcome == VehicleOutcome::Ok;
}

std::optional<VehicleResult> EGolfModel::poll(Instant now) {
  advance(now);
  if (pending_.empty() || pending_[0].due > now) return std::nullopt;
  const VehicleResult result = pending_[0].result;
  tell(result.operation, pending_[0].due);
  pending_.erase(0);
  return result;
}

// What the answer says; other answers say only that it was done.
void EGolfModel::tell(VehicleOperation operation, Instant now) {
  if (operation == VehicleOperation::Refresh) last_told_ = now;
  if (operation == VehicleOperation::ReadProfiles) profiles_.tell(now);
}

Instant EGolfModel::nextDeadline() const {
  Instant next = kNever;
  if (!pending_.empty()) next = pending_[0].due;
  if (!awake_) return std::min(next, first_broadcast_);
  if (wake_asked_) next = std::min(next, first_broadcast_ + settings_.answers_after);
  if (physics_.running()) return std::min(next, now_ + kPhysicsStep);
  const bool held = holds_ > 0 || ignition_;
  return held ? next : std::min(next, std::max(awake_until_, now_));
}

VehicleSnapshot EGolfModel::snapshot(Instant now) const {
  VehicleSnapshot car;
  car.bus_awake = awake_;
  car.can_frames = kFramesAtStart + static_cast<std::uint32_t>(heard_ / kFrameEvery);
  physics_.describe(car);
  describeDriveAndBody(car);
  if (settings_.gps_fix && last_frame_) describeGps(car, now);
  car.plugged = plugged_;
  car.has_supply = has_supply_;
  car.lock_state = plugged_ ? 1 : 0;
  describeAges(car, now);
  return withoutNoData(car);
}

void EGolfModel::describeDriveAndBody(VehicleSnapshot& car) const {
  car.ignition = ignition_ ? kIgnitionOn : kIgnitionOff;
  car.key_inserted = ignition_;
  car.ignition_on = ignition_;
  car.speed_kmh = 0.0;
  car.odometer_km = settings_.odometer_km;
  car.locked = locked_;
  car.trunk_open = trunk_open_;
  car.driver_open = doors_open_[0];
  car.passenger_open = doors_open_[1];
  car.rear_left_open = doors_open_[2];
  car.rear_right_open = doors_open_[3];
}

// Plug and charge state are told when asked or when they change, the rest is broadcast all the time.
void EGolfModel::describeAges(VehicleSnapshot& car, Instant now) const {
  const auto age = [&](const std::optional<Instant>& heard) {
    return heard ? std::optional(std::max(now - *heard, Duration(0))) : std::nullopt;
  };
  car.battery_age = car.plug_age = age(last_told_);
  car.drive_age = car.body_age = car.climate_age = car.range_age = age(last_frame_);
}

void EGolfModel::describeGps(GpsState& gps, Instant now) const {
  gps.latitude = settings_.latitude;
  gps.longitude = settings_.longitude;
  gps.altitude_m = 62.0;
  gps.heading_deg = 90.0;
  gps.satellites = 9;
  gps.fix = GpsFix::Fix3d;
  gps.hdop = 0.9;
  gps.fix_age = std::max(now - *last_frame_, Duration(0));
}

void EGolfModel::stir(Instant now) {
  advance(now);
  awake_until_ = std::max(awake_until_, now + settings_.natural_wake);
  if (!awake_) beginBroadcast(now);
}

void EGolfModel::setPlugged(bool plugged, bool has_supply, Instant now) {
  stir(now);
  plugged_ = plugged;
  has_supply_ = plugged && has_supply;
  last_told_ = now;
  if (!has_supply_) physics_.stopCharging();
}

void EGolfModel::setIgnition(bool on, Instant now) {
  stir(now);
  ignition_ = on;
}

void EGolfModel::setLocked(bool locked, Instant now) {
  stir(now);
  locked_ = locked;
}

void EGolfModel::setTrunk(bool open, Instant now) {
  stir(now);
  trunk_open_ = open;
}

void EGolfModel::setDoor(Door door, bool open, Instant now) {
  stir(now);
  doors_open_[static_cast<std::size_t>(door)] = open;
}

void EGolfModel::setTimer(std::size_t timer, const ChargingProfile& profile, Instant now) {
  stir(now);
  profiles_.changedByDriver(timer, profile);
}

void EGolfModel::setTimers(Timers timers, Instant now) {
  stir(now);
  profiles_.enabledByDriver(timers);
}

void EGolfModel::deviceRestarted() {
  profiles_.deviceRestarted();
  last_told_.reset();
  holds_ = 0;
  profile_known_ = false;
  wake_asked_ = false;
  heard_ = {};
  last_frame_.reset();
  pending_.clear();
}

void EGolfModel::advance(Instant now) {
  if (!awake_ && first_broadcast_ <= now) beginBroadcast(first_broadcast_);
  const auto elapsed = std::chrono::duration<double, std::micro>(now - now_) * settings_.speed;
  if (physics_.running() && now > now_) physics_.advance(std::chrono::duration_cast<Duration>(elapsed));
  if (awake_) hear(now);
  if (awake_ && physics_.running()) last_told_ = now;
  now_ = std::max(now_, now);
  if (awake_ && wake_asked_ && listens(now_)) {
    wake_asked_ = false;
    answer(VehicleOperation::Wake, VehicleOutcome::Ok, now_);
  }
  if (awake_ && !reasonToBeAwake(now_)) {
    awake_ = false;
    first_broadcast_ = kNever;
  }
}

void EGolfModel::hear(Instant now) {
  heard_ += std::max(now - std::max(now_, first_broadcast_), Duration(0));
  last_frame_ = now;
}

void EGolfModel::beginBroadcast(Instant now) {
  awake_ = true;
  first_broadcast_ = now;
  awake_until_ = std::max(awake_until_, now + settings_.falls_asleep);
}

void EGolfModel::answer(VehicleOperation operation, VehicleOutcome outcome, Instant due) {
  SK_ASSERT(pending_.push({{operation, outcome}, due}));
}

// What the car is told before that is lost silently.
bool EGolfModel::listens(Instant now) const { return awake_ && now >= first_broadcast_ + settings_.answers_after; }

bool EGolfModel::reasonToBeAwake(Instant now) const {
  return holds_ > 0 || ignition_ || physics_.running() || now < awake_until_;
}

// After 0 … heartbeats_max "still working", half a second apart.
Instant EGolfModel::operationDone(Instant now) {
  const auto beats = static_cast<int>(random_.below(static_cast<std::uint32_t>(settings_.heartbeats_max) + 1));
  return now + settings_.heartbeat * (beats + 1);
}

// Charging needs the supply; climate needs it unless the battery is allowed.
bool EGolfModel::refusesStart() const {
  if (stored_.charge && !has_supply_) return true;
  return stored_.climate && !stored_.climate_on_battery && !has_supply_;
}

void EGolfModel::run(Instant) {
  physics_.stop();
  if (stored_.charge) physics_.startCharging(stored_.target_soc, stored_.max_current_a);
  if (stored_.climate) physics_.startClimate(stored_.temperature_c, has_supply_ ? kHoldPlugged : kHoldOnBattery);
}

}  // namespace smartkar::device
