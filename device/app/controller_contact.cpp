#include <algorithm>
#include <utility>

#include "device/app/device_controller.hpp"

namespace smartkar::device {
namespace {

// A contact that lasted so long was none that the next one has to be spaced out for.
constexpr Duration kLastingContact = 60s;

// No two looks at the same work without time in between.
constexpr Duration kRecheckMin = 50ms;

constexpr Duration kNetworkLookInterval = 60s;

// So often the link is given the word: it may have to ask whether it still stands.
constexpr Duration kLinkLookInterval = 10s;

protocol::ContactNonce newNonce(Entropy& entropy) { return entropy.next() % protocol::kCommandIdMax + 1; }

const char* linkErrorText(LinkError error) {
  switch (error) {
    case LinkError::NoModem:
      return "the modem does not answer";
    case LinkError::NoSim:
      return "no usable SIM";
    case LinkError::NotRegistered:
      return "no network";
    case LinkError::NoBearer:
      return "no IP connectivity";
    case LinkError::Refused:
      return "refused by the broker or the modem";
    case LinkError::Timeout:
      return "no answer in time";
    case LinkError::Down:
      return "the connection is down";
    case LinkError::TooLong:
      return "message too long";
  }
  return "unknown";
}

}  // namespace

// The whole run: contact after contact until something ends it.
Task<void> DeviceController::live() {
  while (!next_) {
    if (restartDue()) {
      co_await restart();
      break;
    }
    const bool made = co_await makeContact();
    if (made) co_await serve();
    contact_.end();
    if (next_ || restartDue()) continue;
    co_await pause();
  }
}

Task<bool> DeviceController::makeContact() {
  enter(ControllerState::Connecting);
  tried_ = true;
  RetainedState& state = retained_.state;
  if (const auto will = protocol::encodeWill(state.boot, state.conn + 1, text_)) parts_.link.setWill(*will);
  const bool fixed = settings_.link_keep_alive > 0s;
  const std::chrono::seconds keep_alive = fixed ? settings_.link_keep_alive : keep_alive_.next();
  parts_.link.setKeepAlive(keep_alive);
  const auto opened = co_await parts_.link.open();
  if (!opened) {
    ++failures_;
    log_.warning("no link: %s", linkErrorText(opened.error()));
    co_return false;
  }
  if (!parts_.link.adopted() || state.conn == 0) ++state.conn;
  if (!parts_.link.adopted()) keep_alive_.opened(keep_alive);
  contact_.begin(newNonce(parts_.entropy), now_);
  outbox_.beginContact();
  const bool announced = co_await announce();
  if (announced) enter(ControllerState::Announced);
  const bool synced = co_await awaitSync();
  if (!synced) {
    ++failures_;
    co_await giveUpLink();
    co_return false;
  }
  failed_before_ = std::exchange(failures_, 0);
  state.offline_sleeps = 0;
  enter(ControllerState::InContact);
  co_return true;
}

Task<bool> DeviceController::announce() {
  protocol::StatusMessage status = nextStatus(protocol::Presence::Awake);
  status.contact = contact_.nonce();
  status.wake_cause = wakeCauseText(cause_);
  if (journal_.epoch() != 0) status.journal = journal_.epoch();
  status.max_id = journal_.maxId();
  SK_ASSERT(status.capabilities.push("sync"));
  status.firmware = settings_.firmware.view();
  status.link = parts_.link.name();
  announce_again_ = false;
  announced_at_ = now_;
  sync_due_ = now_ + settings_.sync_deadline;
  const bool sent = co_await publishStatus(status);
  if (!sent) sync_due_ = now_;
  // The deadline counts from when the modem took it; a sync that overtook the answer of the modem has cleared it.
  if (sent && sync_due_ != kNever) sync_due_ = now_ + settings_.sync_deadline;
  co_return sent;
}

Task<bool> DeviceController::awaitSync() {
  while (!contact_.synced() && now_ < sync_due_ && parts_.link.up()) {
    const auto received = co_await parts_.link.receive();
    if (!received) break;
    co_await work_.wait(sync_due_);
  }
  co_return contact_.synced();
}

// The link claims to be up, but the server does not answer over it.
Task<void> DeviceController::giveUpLink() {
  log_.warning("the server does not answer: the link is opened anew");
  parts_.modem.onSilence();
  if (!parts_.link.up()) co_return;
  co_await closeLink();
}

Task<void> DeviceController::closeLink() {
  const auto closed = co_await parts_.link.close();
  if (!closed) log_.warning("the old connection could not be closed: %s", linkErrorText(closed.error()));
}

// An interval holds for the life of a connection, so it is changed between two contacts, once a run.
bool DeviceController::keepAliveOutdated() {
  return settings_.link_keep_alive == 0s && !renewed_ && keep_alive_.outdated();
}

Task<void> DeviceController::renewKeepAlive() {
  renewed_ = true;
  log_.info("the connection is opened anew with another keep-alive interval");
  co_await closeLink();
}

// On purpose and without a farewell: the car is back within seconds, over another link.
Task<void> DeviceController::changeLink() {
  parts_.links.change();
  offline_since_ = now_;
  co_await closeLink();
}

Task<void> DeviceController::serve() {
  if (!parts_.link.adopted()) {
    const NetworkKey network = co_await parts_.modem.network();
    keep_alive_.in(network);
  }
  while (parts_.link.up() && !next_) {
    noteProgress();
    const auto received = co_await parts_.link.receive();
    if (!received) break;
    const bool sent = co_await sendDue();
    if (!sent) break;
    if (syncOverdue()) {
      co_await giveUpLink();
      break;
    }
    if (restartDue() && outbox_.allSent()) co_return;
    if (linkChangeDue()) {
      co_await changeLink();
      co_return;
    }
    if (sleepDue() && keepAliveOutdated()) {
      co_await renewKeepAlive();
      co_return;
    }
    if (sleepDue()) {
      const bool asleep = co_await fallAsleep();
      if (!asleep) log_.info("something arrived: the car stays awake");
      co_return;
    }
    co_await work_.wait(serveDeadline());
  }
  if (next_) co_return;
  log_.warning("contact lost");
  offline_since_ = now_;
  failures_ = now_ - contact_began_ < kLastingContact ? failed_before_ + 1 : 1;
}

// Responses and events first, then the announcement, telemetry last and never beside a command.
Task<bool> DeviceController::sendDue() {
  const bool outbox_sent = co_await sendOutbox();
  if (!outbox_sent) co_return false;
  if (announce_again_ || now_ >= announced_at_ + settings_.announce_interval) {
    const bool announced = co_await announce();
    if (!announced) co_return false;
  }
  if (router_.busy()) co_return true;
  const bool state_sent = co_await sendState();
  co_return state_sent;
}

Task<bool> DeviceController::sendOutbox() {
  while (outbox_.next(sending_)) {
    const auto sent = co_await parts_.link.publish(sending_.channel, sending_.payload.view(), false);
    noteProgress();
    if (!sent && sent.error() != LinkError::TooLong) {
      log_.warning("publish failed: %s", linkErrorText(sent.error()));
      co_return false;
    }
    outbox_.markSent(sending_.ticket);
  }
  co_return true;
}

// In as many messages as it takes; what was not sent stays due.
Task<bool> DeviceController::sendState() {
  const VehicleSnapshot vehicle = parts_.vehicle.snapshot(now_);
  DeviceFacts device = connectedFacts();
  const Observation seen{vehicle, device};
  DomainSet rest = reporter_.due(seen, now_);
  if (rest.any() && now_ >= network_look_due_) {
    co_await lookAtNetwork();
    device = connectedFacts();
    rest = reporter_.due(seen, now_);
  }
  while (rest.any()) {
    const Instant collected_at = now_;
    state_message_.time = contact_.time(now_);
    state_message_.boot = retained_.state.boot;
    state_message_.seq = outbox_.nextTelemetrySeq();
    const DomainSet taken = reporter_.collect(rest, seen, state_message_, text_);
    const auto encoded = protocol::encodeState(state_message_, text_);
    SK_ASSERT(encoded.ok());
    const auto sent = co_await parts_.link.publish(protocol::Channel::State, *encoded, false);
    noteProgress();
    if (!sent) co_return false;
    reporter_.markSent(taken, seen, collected_at);
    rest &= ~taken;
  }
  co_return true;
}

// Costs an exchange, so only beside something to tell.
Task<void> DeviceController::lookAtNetwork() {
  network_look_due_ = now_ + kNetworkLookInterval;
  signal_dbm_ = co_await parts_.modem.signal();
  if (!retained_.state.sim_number.empty()) co_return;
  retained_.state.sim_number = co_await parts_.modem.simNumber();
}

// A state is only sent in a contact.
DeviceFacts DeviceController::connectedFacts() const {
  DeviceFacts device = facts();
  device.network.signal_dbm = signal_dbm_;
  device.network.sim_ccid = retained_.state.sim_number.view();
  device.network.modem_connected = true;
  device.network.link_connected = true;
  device.network.link_state = "connected";
  device.network.mqtt_connected = parts_.link.name().starts_with("mqtt");
  return device;
}

Task<void> DeviceController::pause() {
  if (failures_ == 0) co_return;
  enter(ControllerState::Pausing);
  const std::uint32_t doublings = std::min<std::uint32_t>(failures_ - 1, 10);
  const Duration longest = std::min(settings_.retry_min * (std::int64_t{1} << doublings), settings_.retry_max);
  // Between half and all of it, so that a fleet does not return in step.
  const std::int64_t half = longest.count() / 2;
  co_await parts_.scheduler.sleep(Duration(half + parts_.entropy.next() % std::max<std::int64_t>(half, 1)));
}

bool DeviceController::syncOverdue() const { return now_ >= sync_due_; }

// Nobody waits for anything on the present link: what was asked for is answered, and no answer to an announcement is
// due.
bool DeviceController::linkChangeDue() const {
  return parts_.links.changeDue() && !router_.busy() && !sleep_request_ && sync_due_ == kNever && outbox_.allSent() &&
         !router_.reporting(now_);
}

Instant DeviceController::serveDeadline() const {
  Instant deadline = std::min(sync_due_, announced_at_ + settings_.announce_interval);
  deadline = std::min({deadline, now_ + recheckAfter(settings_.sleep, wakefulness()), now_ + kLinkLookInterval});
  if (!router_.busy()) deadline = std::min(deadline, reporter_.nextDeadline(parts_.vehicle.snapshot(now_)));
  return std::max(deadline, now_ + kRecheckMin);
}

}  // namespace smartkar::device
