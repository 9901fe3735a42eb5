#include "server/core/car.hpp"

#include <algorithm>

#include "server/core/ledger.hpp"

namespace smartkar::server {
namespace {

// What live views need not hear of: it changes with nearly every message.
DeviceRecord shown(DeviceRecord record) {
  record.proved_at.reset();
  record.last_id = 0;
  record.seen_id = 0;
  record.journal_wanted = 0;
  record.ack_boot.reset();
  record.ack_contiguous = 0;
  record.ack_highest = 0;
  record.sms_at.reset();
  record.sms_count = 0;
  record.reception = {};
  return record;
}

// Whether the same is said of its presence. When it was last proved changes with nearly every message, so that alone is
// no change.
bool sameStatement(const DeviceRecord& a, const DeviceRecord& b) {
  return a.presence == b.presence && a.asleep_until == b.asleep_until && a.offline_reason == b.offline_reason &&
         a.reachable == b.reachable;
}

void putDevice(Car& car, const Moment& moment) {
  const DeviceRecord& record = car.record;
  if (!sameStatement(record, car.stored)) {
    moment.actions.mutations.push_back(AddPresence{{.ccid = record.ccid,
                                                    .at = moment.wall,
                                                    .presence = record.presence,
                                                    .proved_at = record.proved_at,
                                                    .asleep_until = record.asleep_until,
                                                    .offline_reason = record.offline_reason,
                                                    .reachable = record.reachable}});
  }
  moment.actions.mutations.push_back(PutDevice{car.record});
  car.stored = car.record;
}

}  // namespace

Instant Moment::instantOf(UnixTime time) const {
  // A car may name any time; ten years keep the sum within its type.
  constexpr std::int64_t kFarthest = std::int64_t{10} * 366 * 24 * 3600;
  const std::int64_t seconds = std::clamp(unixSeconds(time), unixSeconds(wall), unixSeconds(wall) + kFarthest);
  return now + std::chrono::seconds{seconds - unixSeconds(wall)};
}

void Moment::remark(std::string_view ccid, std::string text) const {
  actions.effects.push_back(Remark{std::string(ccid), std::move(text)});
}

bool Entry::owesAnswer() const {
  const Row row = rowOf(record);
  return row == Row::Sent || row == Row::Taken || row == Row::Withdrawing;
}

std::optional<std::size_t> Moment::brokerOf(const MessageReceived& message) const {
  for (std::size_t i = 0; i < brokers.size(); ++i) {
    const bool present = brokers[i].up && brokers[i].generation == message.generation;
    if (present && !message.retained && message.tcp == 0) return i;
  }
  return std::nullopt;
}

protocol::ActionKind Entry::kind() const {
  const protocol::ActionSpec* spec = protocol::findAction(record.action);
  return spec != nullptr ? spec->kind : protocol::ActionKind::Actuating;
}

protocol::Subject subjectOf(const CommandRecord& command) {
  const protocol::ActionSpec* spec = protocol::findAction(command.action);
  return spec != nullptr ? spec->subject : protocol::Subject::None;
}

Entry& Car::add(CommandRecord command) {
  const CommandId id = command.id;
  if (!command.idempotency_key.empty()) {
    CommandId& latest = keys[{command.principal, command.idempotency_key}];
    latest = std::max(latest, id);
  }
  Entry& entry = commands[id];
  entry.record = std::move(command);
  return entry;
}

void publish(const Car& car, PublishCommand message, const Moment& moment) {
  message.tcp = car.tcp;
  message.generation = car.tcp == 0 ? moment.brokers[car.broker].generation : 0;
  moment.actions.effects.emplace_back(std::move(message));
}

void publishEverywhere(const Car& car, const PublishCommand& message, const Moment& moment) {
  if (car.tcp != 0) return publish(car, message, moment);
  for (const BrokerState& broker : moment.brokers) {
    if (!broker.up) continue;
    PublishCommand copy = message;
    copy.generation = broker.generation;
    moment.actions.effects.emplace_back(std::move(copy));
  }
}

void moveTo(Entry& entry, CommandState state, const Moment& moment, std::string detail) {
  CommandRecord& record = entry.record;
  record.state = state;
  if (isFinal(state)) {
    record.unconfirmed = false;
    record.withdrawal = Withdrawal::None;
    record.finished_at = moment.wall;
    endAttempts(entry, moment);
  }
  record.history.push_back({moment.wall, state, record.stage, std::move(detail)});
  entry.changed = true;
}

void flushChanges(Car& car, const Moment& moment) {
  Actions& actions = moment.actions;
  if (car.record != car.stored) {
    putDevice(car, moment);
    if (DeviceRecord now_shown = shown(car.record); now_shown != car.announced) {
      actions.effects.push_back(DeviceChanged{car.record});
      car.announced = std::move(now_shown);
    }
  }
  for (auto& [id, entry] : car.commands) {
    if (!entry.changed) continue;
    actions.mutations.push_back(PutCommand{entry.record, entry.history_stored, entry.attempts_stored});
    actions.effects.push_back(CommandChanged{entry.record});
    entry.history_stored = entry.record.history.size();
    entry.attempts_stored = entry.record.ledger.size();
    entry.changed = false;
  }
  if (!car.state_changes.empty()) {
    actions.mutations.push_back(PutState{car.record.ccid, car.state_changes});
    actions.effects.push_back(StateChanged{car.record.ccid, std::move(car.state_changes)});
    car.state_changes.clear();
  }
}

}  // namespace smartkar::server
