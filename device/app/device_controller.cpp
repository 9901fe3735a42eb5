#include "device/app/device_controller.hpp"

#include <algorithm>
#include <cinttypes>

namespace smartkar::device {

std::string_view controllerStateName(ControllerState state) {
  switch (state) {
    case ControllerState::Connecting:
      return "connecting";
    case ControllerState::Announced:
      return "announced, waiting for the server";
    case ControllerState::InContact:
      return "in contact";
    case ControllerState::Pausing:
      return "pausing before the next attempt";
    case ControllerState::Leaving:
      return "leaving";
    case ControllerState::Gone:
      return "gone";
  }
  return "unknown";
}

DeviceController::DeviceController(const ControllerParts& parts, RetainedMemory& retained, WakeCause cause, Instant now)
    : parts_(parts),
      settings_(parts.settings.inForce().controller),
      retained_(retained),
      cold_(!retained.restore() || isReset(cause)),
      crashed_(retained.restart.begin(cause)),
      cause_(cause),
      log_(parts.log, "device"),
      journal_(parts.flash, parts.entropy, parts.log),
      outbox_(retained.state.outbox),
      router_(journal_, outbox_, parts.vehicle, contact_, *this, *this, parts.log, settings_.router),
      reporter_(retained.state.published, settings_.report, now),
      keep_alive_(retained.state.keep_alive),
      now_(now),
      began_(now),
      last_activity_(now),
      progress_at_(now),
      offline_since_(now),
      accounted_until_(now),
      work_(parts.scheduler) {
  beginRun();
}

void DeviceController::beginRun() {
  openJournal();
  retained_.restart.note(retained_.state.boot, 0s, retained_.restart.budget());
  if (crashed_ || !wakeIsActivity(cause_)) last_activity_ = now_ - settings_.sleep.idle;
  lookAtPower();
  if (shortOfEnergy() && retained_.state.modem_off) return leaveDark();
  retained_.state.modem_off = false;
  // From here on a crash is a cold start: what the retained memory holds is only valid after a proper farewell.
  retained_.invalidate();
  router_.closeInterrupted();
  const auto cause = wakeCauseText(cause_);
  log_.info("awake (%.*s), boot %" PRIu32, static_cast<int>(cause.size()), cause.data(), retained_.state.boot);
  if (crashed_) recoverFromCrash();
}

void DeviceController::openJournal() {
  const bool opened = journal_.open().ok();
  if (!opened) log_.error("journal cannot be read: commands will be refused");
  if (!cold_) return;
  retained_.state = {};
  keep_alive_.recall(parts_.settings.learned());
  if (opened && !journal_.countBoot()) log_.error("boot could not be counted");
  retained_.state.boot = std::max<std::uint32_t>(journal_.boot(), 1);
  outbox_.beginBoot(retained_.state.boot);
}

NextStep DeviceController::step(Instant now) {
  now_ = now;
  parts_.modem.poll(now);
  parts_.scheduler.run(now);
  if (!next_) {
    lookAtPower();
    keepAccount();
    watchRing();
    endOffline();
    if (now >= dark_at_) {
      last_word_over_ = true;
      dark_at_ = kNever;
      dialogue_.cancel();
    }
    tendSettings();
    if (!dialogue_.running()) {
      dialogue_.cancel();  // frees the frame of the one that ended
      dialogue_ = nextDialogue();
      dialogue_.start();
    }
    takeInbound();
    router_.tick(now);
    watchVehicle();
    work_.set();
    parts_.scheduler.run(now);
    parts_.modem.poll(now);
    watchProgress();
  }
  if (next_) return *next_;
  NextStep wait;
  wait.deadline = nextDeadline();
  return wait;
}

Task<void> DeviceController::nextDialogue() {
  if (shutting_down_) return shutDown();
  if (!shortOfEnergy()) return offline_over_ ? sleepOffline() : live();
  return last_word_over_ ? goDark() : sayLowBattery();
}

void DeviceController::requestShutdown() {
  if (shutting_down_) return;
  shutting_down_ = true;
  dialogue_.cancel();
}

Instant DeviceController::nextDeadline() const {
  if (!parts_.inbox.empty()) return now_;  // it came after this turn had looked
  return std::min({parts_.modem.nextDeadline(), parts_.scheduler.nextDeadline(), router_.nextDeadline(),
                   parts_.vehicle.nextDeadline(), parts_.settings.nextDeadline(), power_look_, dark_at_,
                   now_ + offlinePatience()});
}

void DeviceController::takeInbound() {
  while (const auto message = parts_.inbox.take()) {
    const std::uint32_t commands = router_.counters().commands;
    router_.handle(message->view(), now_);
    if (router_.counters().commands == commands) continue;
    useful_ = true;
    noteActivity();
  }
}

void DeviceController::watchVehicle() {
  if (parts_.vehicle.awake(now_)) vehicle_seen_ = true;
  if (parts_.vehicle.awake(now_) || router_.busy()) noteActivity();
  detectEvents(retained_.state.events, parts_.vehicle.snapshot(now_), *this);
  detectProfileEvents(retained_.state.profiles, parts_.vehicle.profiles(), *this);
}

void DeviceController::enter(ControllerState state) {
  noteProgress();
  if (state_ == state) return;
  state_ = state;
  log_.info("%s", controllerStateName(state).data());
}

DeviceFacts DeviceController::facts() const {
  DeviceFacts facts{now_ - began_, wakeCauseText(cause_), parts_.modem.stateName()};
  if (power_.cell_mv) facts.cell.volts = *power_.cell_mv / 1000.0;
  facts.cell.percent = power_.cell_percent;
  facts.cell.charging = power_.charging;
  facts.cell.external_supply = power_.supply;
  return facts;
}

protocol::StatusMessage DeviceController::nextStatus(protocol::Presence presence) {
  protocol::StatusMessage message;
  message.presence = presence;
  message.boot = retained_.state.boot;
  message.conn = retained_.state.conn;
  message.seq = ++retained_.state.status_seq;
  message.timestamp = contact_.time(now_);
  return message;
}

Task<bool> DeviceController::publishStatus(const protocol::StatusMessage& message) {
  const auto encoded = protocol::encodeStatus(message, text_);
  SK_ASSERT(encoded.ok());
  const auto sent = co_await parts_.link.publish(protocol::Channel::Status, *encoded, true);
  noteProgress();
  co_return sent.ok();
}

void DeviceController::onRing() {
  log_.info("rung");
  noteActivity();
  if (contact_.synced()) announce_again_ = true;
}

void DeviceController::onSync(const protocol::Sync& sync) {
  if (!contact_.synced()) {
    contact_began_ = now_;
    keep_alive_.contact(parts_.link.adopted(), sync.lost, sync.now);
  }
  contact_.setTime(sync.now, now_);
  sync_due_ = kNever;
  if (sync.want_state) reporter_.wantAll();
  parts_.modem.onContact();
  parts_.settings.onContact(parts_.link.name());
  reportRollback();
  reportCrash();
}

void DeviceController::onEvent(const protocol::Event& event) {
  protocol::Event stamped = event;
  stamped.time = contact_.time(now_);
  outbox_.push(stamped);
}

void DeviceController::requestSleep(std::optional<Duration> duration) { sleep_request_ = SleepRequest{duration}; }

void DeviceController::requestReboot() { reboot_requested_ = true; }

void DeviceController::requestTelemetry() { reporter_.wantAll(); }

}  // namespace smartkar::device
