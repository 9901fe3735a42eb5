#include "test/conformance/virtual_car.hpp"

#include <algorithm>

namespace smartkar::conformance {

using device::NextStep;
using device::WakeCause;

VirtualCar::VirtualCar(LogSink& log)
    : vehicle(power_, [this](bool start, const auto& profile) { act(start, profile); }),
      log_(log),
      link_(power_),
      flash_(power_) {
  link_.on_connect = [this](const std::string& will) {
    if (const auto replaced = broker_.connect(will)) say(protocol::Channel::Status, *replaced);
  };
  link_.on_publish = [this](protocol::Channel channel, std::string_view payload) { say(channel, payload); };
  link_.on_close = [this] { broker_.disconnect(); };
  begin(WakeCause::FreshBoot, Instant{});
}

VirtualCar::~VirtualCar() = default;

void VirtualCar::inflict(Fault fault, std::int64_t amount, Instant now) {
  switch (fault) {
    case Fault::PowerOff:
      return powerOff(now);
    case Fault::PowerOn:
      return powerOn(now);
    case Fault::PowerOffAtFlashWrite:
      return flash_.cutAfter(static_cast<std::size_t>(amount));
    case Fault::PowerOffAtAct:
      power_fails_at_act_ = true;
      return;
    case Fault::LoseJournal:
      powerOff(now);
      flash_.erase();
      return powerOn(now);
    case Fault::FlashFails:
    case Fault::FlashWorks:
      flash_.worn_out = fault == Fault::FlashFails;
      return;
    case Fault::LinkBreaks:
      broker_.lose(now);
      return loseLink(now);
    case Fault::OutOfReach:
      link_.within_reach = false;
      return broker_.lose(now);
    case Fault::WithinReach:
      link_.within_reach = true;
      return loseLink(now);
    case Fault::Wake:
      if (!awake() && power_.on) begin(WakeCause::Timer, now);
      return;
    case Fault::BrokerForgets:
      broker_.forget();
      return loseLink(now);
  }
}

void VirtualCar::turn(Instant now, UnixTime wall) {
  wall_ = wall;
  if (const auto will = broker_.takeWill(now)) say(protocol::Channel::Status, *will);
  takeMessages(now);
  if (!awake() && power_.on && wakes_at_ <= now) begin(WakeCause::Timer, now);
  if (awake() && due_ <= now) step(now);
}

Instant VirtualCar::nextDeadline() const { return std::min({broker_.nextDeadline(), awake() ? due_ : wakes_at_}); }

void VirtualCar::heal(Instant now) {
  flash_.worn_out = false;
  flash_.powerUp();
  power_fails_at_act_ = false;
  stalled_until_ = {};
  vehicle.heal();
  if (!link_.within_reach) inflict(Fault::WithinReach, 0, now);
  powerOn(now);
}

std::optional<protocol::ResponseStatus> VirtualCar::journalled(protocol::CommandId id) const {
  if (controller_ == nullptr) return std::nullopt;
  const auto* const entry = controller_->journal().find(id);
  if (entry == nullptr || entry->state != device::EntryState::Finished) return std::nullopt;
  return entry->outcome.status;
}

Visits VirtualCar::visits() const {
  Visits all = earlier_visits_;
  if (controller_ != nullptr) addVisits(all, *controller_);
  return all;
}

void VirtualCar::begin(WakeCause cause, Instant now) {
  end();
  scheduler_ = std::make_unique<Scheduler>();
  arena_ = std::make_unique<FixedArena<device::kDialogueArenaBytes>>();
  inbox_ = std::make_unique<device::Inbox>();
  vehicle.deviceRestarted();
  scheduler_->run(now);
  configuration_ = std::make_unique<device::DeviceSettings>(settings_flash_, config_, log_, now);
  const device::ControllerParts parts{*scheduler_, *arena_,     link_,  link_,           link_,    *inbox_,
                                      vehicle,     power_chip_, flash_, *configuration_, entropy_, log_};
  controller_ = std::make_unique<device::DeviceController>(parts, retained_, cause, now);
  due_ = now;
  wakes_at_ = kNever;
}

void VirtualCar::end() {
  if (controller_ != nullptr) addVisits(earlier_visits_, *controller_);
  controller_.reset();
}

// The modem says so, which the car looks at now.
void VirtualCar::loseLink(Instant now) {
  link_.lose();
  due_ = now;
}

void VirtualCar::powerOff(Instant now) {
  power_.on = false;
  end();
  retained_ = {};
  broker_.lose(now);
  link_.lose();
  wakes_at_ = kNever;
  modem_wakes_ = false;
}

void VirtualCar::powerOn(Instant now) {
  if (power_.on) return;
  power_.on = true;
  flash_.powerUp();
  begin(WakeCause::FreshBoot, now);
}

// The modem takes what comes. While the processor sleeps it only rings, and the text is lost.
void VirtualCar::takeMessages(Instant now) {
  while (const auto payload = broker_.take(now)) {
    if (awake()) {
      inbox_->onCommand(*payload);
      step(now);
    } else if (power_.on && modem_wakes_) {
      begin(WakeCause::ModemRi, now);
    }
  }
}

void VirtualCar::step(Instant now) {
  if (now < stalled_until_) {
    due_ = stalled_until_;
    return;
  }
  const NextStep next = controller_->step(now);
  if (!power_.on) return powerOff(now);
  switch (next.kind) {
    case NextStep::Kind::Wait:
      due_ = std::max(next.deadline, now + 1ms);
      return;
    case NextStep::Kind::Restart:
      return begin(WakeCause::FreshBoot, now);
    case NextStep::Kind::Sleep:
      end();
      modem_wakes_ = next.wake.modem_ri;
      wakes_at_ = next.wake.timer ? now + *next.wake.timer : kNever;
      return;
  }
}

// What the vehicle is made to do belongs to the command whose journal record precedes it.
void VirtualCar::act(bool start, const device::ImmediateProfile& profile) {
  Act act;
  for (const auto& entry : controller_->journal().entries()) {
    if (entry.state == device::EntryState::Actuating) act.id = entry.id;
  }
  act.start = start;
  act.charge = profile.charge;
  act.target_soc = profile.target_soc;
  act.max_current = profile.max_current_a;
  act.temperature = profile.temperature_c;
  act.allow_battery = profile.climate_on_battery;
  act.at = wall_;
  acts.push_back(act);
  if (power_fails_at_act_) power_.on = false;
  power_fails_at_act_ = false;
}

}  // namespace smartkar::conformance
