#include "server/core/fleet.hpp"

#include <algorithm>

#include "server/core/car.hpp"
#include "server/core/contact.hpp"
#include "server/core/expiry.hpp"
#include "server/core/presence.hpp"
#include "server/core/requests.hpp"
#include "server/core/responses.hpp"
#include "server/core/ring.hpp"
#include "server/core/sms.hpp"
#include "server/core/telemetry.hpp"

namespace smartkar::server {

Fleet::Fleet(Policy policy) : policy_(policy) {}
Fleet::~Fleet() = default;

void Fleet::load(Snapshot snapshot) {
  for (DeviceRecord& record : snapshot.devices) {
    Car& car = carOf(record.ccid);
    car.stored = record;
    car.announced = record;
    car.record = std::move(record);
  }
  for (auto& [ccid, fields] : snapshot.states) carOf(ccid).state = std::move(fields);
  for (CommandRecord& command : snapshot.commands) {
    Car& car = carOf(command.ccid);
    Entry& entry = car.add(std::move(command));
    entry.history_stored = entry.record.history.size();
    entry.attempts_stored = entry.record.ledger.size();
    car.times.learn(entry.record);
  }
}

Actions Fleet::on(const Event& event, Instant now, UnixTime wall) {
  Actions actions;
  if (!ids_from_) ids_from_ = wall + wholeSeconds(policy_.ids_ahead);
  Moment moment{policy_, now, wall, brokers_, *ids_from_, actions, cells_};
  const bool jumped = wallClockJumped(now, wall);
  last_now_ = now;
  last_wall_ = wall;
  std::visit([&](const auto& happened) { dispatch(happened, moment); }, event);
  if (jumped) settleAll(moment);
  return actions;
}

Instant Fleet::nextDeadline() const { return timers_.empty() ? kNever : timers_.begin()->first; }

const CommandRecord* Fleet::command(std::string_view ccid, CommandId id) const {
  const auto car = cars_.find(ccid);
  if (car == cars_.end()) return nullptr;
  const auto entry = car->second->commands.find(id);
  return entry != car->second->commands.end() ? &entry->second.record : nullptr;
}

const DeviceRecord* Fleet::device(std::string_view ccid) const {
  const auto car = cars_.find(ccid);
  return car != cars_.end() ? &car->second->record : nullptr;
}

const StateFields* Fleet::state(std::string_view ccid) const {
  const auto car = cars_.find(ccid);
  return car != cars_.end() ? &car->second->state : nullptr;
}

std::vector<const DeviceRecord*> Fleet::devices() const {
  std::vector<const DeviceRecord*> all;
  for (const auto& [ccid, car] : cars_) all.push_back(&car->record);
  return all;
}

// A new or loaded car is due at once: its deadlines are not known before the first event tells the time.
Car& Fleet::carOf(const std::string& ccid) {
  std::unique_ptr<Car>& car = cars_[ccid];
  if (!car) {
    car = std::make_unique<Car>();
    car->record.ccid = ccid;
    car->stored.ccid = ccid;
    car->announced.ccid = ccid;
    car->timer = last_now_;
    timers_.emplace(car->timer, ccid);
  }
  return *car;
}

void Fleet::dispatch(const CommandRequested& event, Moment& moment) {
  Car& car = carOf(event.ccid);
  takeRequest(car, event, moment);
  settle(car, moment);
}

void Fleet::dispatch(const CancelRequested& event, Moment& moment) {
  Car& car = carOf(event.ccid);
  takeCancel(car, event, moment);
  settle(car, moment);
}

void Fleet::dispatch(const TcpDown& event, Moment& moment) {
  Car& car = carOf(event.ccid);
  tcpDown(car, event);
  settle(car, moment);
}

void Fleet::dispatch(const LegacyAsleep& event, Moment& moment) {
  Car& car = carOf(event.ccid);
  legacyAsleep(car, event, moment);
  settle(car, moment);
}

void Fleet::dispatch(const LegacyUp& event, Moment& moment) {
  Car& car = carOf(event.ccid);
  legacyUp(car, moment);
  settle(car, moment);
}

void Fleet::dispatch(const LegacyDown& event, Moment& moment) {
  Car& car = carOf(event.ccid);
  legacyDown(car);
  settle(car, moment);
}

void Fleet::dispatch(const SmsResult& event, Moment& moment) {
  Car& car = carOf(event.ccid);
  takeSmsResult(car, event, moment);
  settle(car, moment);
}

void Fleet::dispatch(const MessageReceived& event, Moment& moment) {
  Car& car = carOf(event.ccid);
  switch (event.channel) {
    case protocol::Channel::Status:
      takeStatus(car, event, moment);
      break;
    case protocol::Channel::Response:
      takeResponse(car, event, moment);
      break;
    case protocol::Channel::State:
      takeState(car, event, moment);
      break;
    case protocol::Channel::Event:
      takeEvent(car, event, moment);
      break;
    case protocol::Channel::Command:
      break;
  }
  settle(car, moment);
}

void Fleet::dispatch(const BrokerUp& event, Moment& moment) {
  brokers_[event.broker] = {.up = true, .generation = event.generation};
  for (auto& [ccid, car] : cars_) {
    const bool elsewhere = car->tcp != 0 || car->legacy_up || (car->contact && car->broker != event.broker);
    if (event.session_present || elsewhere) continue;
    // The broker may have lost the cars' sessions as well, and messages for us.
    closeContact(*car);
    car->record.reachable = false;
  }
  settleAll(moment);
}

void Fleet::dispatch(const BrokerDown& event, Moment& moment) {
  brokers_[event.broker].up = false;
  settleAll(moment);
}

// Commands and answers are repeated by both ends until they arrive; of telemetry only the car knows what is missing.
void Fleet::dispatch(const MessagesDropped&, Moment& moment) {
  for (auto& [ccid, car] : cars_) {
    car->state_wanted = true;
    if (car->contact) car->contact->sync_due = true;
  }
  settleAll(moment);
}

void Fleet::dispatch(const TimePassed&, Moment& moment) {
  while (!timers_.empty() && timers_.begin()->first <= moment.now) {
    Car& car = *cars_.at(timers_.begin()->second);
    settle(car, moment);
    if (car.timer <= moment.now) break;
  }
}

// Wall-clock deadlines were turned into instants when they were set, which holds as long as both clocks run alike.
bool Fleet::wallClockJumped(Instant now, UnixTime wall) const {
  if (last_wall_ == UnixTime{}) return false;
  const Duration difference = (wall - last_wall_) - (now - last_now_);
  return difference > 2s || difference < -2s;
}

// Does everything for one car that is due, and sets its next deadline.
void Fleet::settle(Car& car, Moment& moment) {
  agePresence(car, moment);
  expireCommands(car, moment);
  advanceContact(car, moment);
  advanceRing(car, moment);
  advanceSms(car, moment);
  flushChanges(car, moment);

  const Instant due = std::min({presenceDeadline(car, moment), expiryDeadline(car, moment),
                                contactDeadline(car, moment), ringDeadline(car, moment), smsDeadline(car, moment)});
  if (due == car.timer) return;
  timers_.erase({car.timer, car.record.ccid});
  car.timer = due;
  if (car.timer != kNever) timers_.emplace(car.timer, car.record.ccid);
}

void Fleet::settleAll(Moment& moment) {
  for (auto& [ccid, car] : cars_) settle(*car, moment);
}

}  // namespace smartkar::server
