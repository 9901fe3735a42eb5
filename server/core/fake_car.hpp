#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/time.hpp"
#include "protocol/command.hpp"
#include "protocol/response.hpp"
#include "protocol/status_message.hpp"
#include "protocol/sync.hpp"
#include "protocol/topics.hpp"

namespace smartkar::server::testing {

// A car for tests of the Fleet: speaks the real bytes, keeps a journal, sleeps and wakes, and counts what it did to the
// vehicle. The test decides what gets through to it.
class FakeCar {
 public:
  struct Message {
    protocol::Channel channel;
    std::string payload;
  };

  // What it does, changed by tests.
  Duration awake_for = 20s;     // goes to sleep when nothing happened for so long
  Duration sleeps_for = 3h;     // timer wake
  Duration works_for = 3s;      // from acceptance to outcome
  Duration repeats_after = 5s;  // unacknowledged outcomes
  bool hears_rings = true;
  bool acts_at_once = true;  // from acceptance on it is too late to cancel

  // What it did.
  std::map<protocol::CommandId, int> effects;             // times a command took effect on the vehicle
  std::map<protocol::CommandId, std::string> parameters;  // raw message of the effect
  std::vector<protocol::CommandMessage> received;         // commands that reached it awake (views are void)
  int syncs = 0;
  int rings = 0;
  int cancels = 0;
  std::uint32_t acknowledged = 0;  // of the latest sync

  bool awake() const { return awake_; }
  std::uint32_t boot() const { return boot_; }
  std::uint32_t conn() const { return conn_; }
  std::uint32_t contact() const { return contact_; }
  std::size_t outboxSize() const { return outbox_.size(); }

  void wake(Instant now, std::string_view cause);
  void sleep(Instant now);
  // A power cut: what it was doing has an unknown outcome.
  void reboot(Instant now);
  // A new connection of the same boot, with a new contact.
  void reconnect(Instant now);
  void loseJournal(std::uint32_t new_epoch);
  // Says once more that it is awake, in the same contact.
  void announce();

  // A message on its command topic. wall: the true time, which it learns only from a sync.
  void receive(std::string_view payload, Instant now, UnixTime wall);
  void passTime(Instant now, UnixTime wall);
  Instant nextDeadline() const;

  // What it has sent and nobody took yet.
  std::deque<Message> sent;

 private:
  struct JournalEntry {
    protocol::ResponseStatus status = protocol::ResponseStatus::InProgress;
    protocol::Stage stage = protocol::Stage::Accepted;
    std::string error;
  };
  struct Work {
    protocol::CommandId id;
    Instant until;
    UnixTime expires_at;
    std::string message;
  };
  struct Unacknowledged {
    std::uint32_t seq;
    std::string payload;
  };

  void takeSync(const protocol::CommandMessage& command);
  void takeCancel(const protocol::CommandMessage& command);
  void takeCommand(const protocol::CommandMessage& command, Instant now, UnixTime wall);
  void respond(protocol::CommandId id, protocol::ResponseStatus status, std::optional<protocol::Stage> stage = {},
               std::string_view error = {}, bool too_late = false, std::string_view action = {});
  void answerFromJournal(protocol::CommandId id, std::string_view action = {});
  void finish(protocol::CommandId id, protocol::ResponseStatus status);
  void newContact();

  bool awake_ = false;
  bool knows_time_ = false;
  std::uint32_t boot_ = 1;
  std::uint32_t conn_ = 0;
  std::uint32_t contact_ = 1000;
  std::uint32_t seq_ = 0;
  std::uint32_t status_seq_ = 0;
  std::uint32_t journal_told_in_ = 0;  // the contact
  std::uint32_t journal_epoch_ = 0xA1B2;
  protocol::CommandId max_id_ = 0;
  std::string wake_cause_ = "fresh_boot";
  std::map<protocol::CommandId, JournalEntry> journal_;
  std::optional<Work> work_;
  std::vector<Unacknowledged> outbox_;
  Instant sleep_at_ = kNever;
  Instant wake_at_ = kNever;
  Instant repeat_at_ = kNever;
};

inline void FakeCar::wake(Instant now, std::string_view cause) {
  awake_ = true;
  knows_time_ = false;
  wake_cause_ = std::string(cause);
  wake_at_ = kNever;
  sleep_at_ = now + awake_for;
  repeat_at_ = now + repeats_after;
  ++conn_;
  newContact();
}

inline void FakeCar::sleep(Instant now) {
  awake_ = false;
  sleep_at_ = kNever;
  repeat_at_ = kNever;
  wake_at_ = now + sleeps_for;
  protocol::StatusMessage status;
  status.presence = protocol::Presence::Asleep;
  status.boot = boot_;
  status.conn = conn_;
  status.seq = ++status_seq_;
  status.reason = protocol::OfflineReason::Sleep;
  char text[1024];
  sent.push_back({protocol::Channel::Status, std::string(*protocol::encodeStatus(status, text))});
}

inline void FakeCar::reboot(Instant now) {
  if (work_) journal_[work_->id] = {protocol::ResponseStatus::Unknown, protocol::Stage::Accepted, "reset while acting"};
  work_.reset();
  outbox_.clear();
  ++boot_;
  conn_ = 0;
  seq_ = 0;
  status_seq_ = 0;
  wake(now, "fresh_boot");
}

inline void FakeCar::reconnect(Instant now) {
  sleep_at_ = now + awake_for;
  ++conn_;
  newContact();
}

inline void FakeCar::loseJournal(std::uint32_t new_epoch) {
  journal_.clear();
  journal_epoch_ = new_epoch;
  max_id_ = 0;
  work_.reset();
}

inline void FakeCar::newContact() {
  ++contact_;
  knows_time_ = false;
  announce();
}

inline void FakeCar::announce() {
  protocol::StatusMessage status;
  status.presence = protocol::Presence::Awake;
  status.boot = boot_;
  status.conn = conn_;
  status.seq = ++status_seq_;
  status.contact = contact_;
  status.wake_cause = std::string_view(wake_cause_);
  status.journal = journal_epoch_;
  status.max_id = max_id_;
  status.firmware = "3.0.0";
  status.link = "mqtt";
  static_cast<void>(status.capabilities.push("sync"));
  char text[1024];
  sent.push_back({protocol::Channel::Status, std::string(*protocol::encodeStatus(status, text))});
}

inline void FakeCar::receive(std::string_view payload, Instant now, UnixTime wall) {
  if (!awake_) {
    // The ring wakes the processor; the text is gone.
    if (hears_rings) wake(now, "modem_ri");
    return;
  }
  protocol::JsonDocument document;
  const auto command = protocol::decodeCommand(payload, document);
  ASSERT_TRUE(command.ok()) << payload;
  ASSERT_NE(command->spec, nullptr);
  // Messages of an earlier contact are no reason to stay awake.
  const bool for_now = command->spec->action == protocol::Action::Ring || command->contact == contact_;
  if (for_now) sleep_at_ = now + awake_for;
  switch (command->spec->action) {
    case protocol::Action::Ring:
      ++rings;
      return announce();
    case protocol::Action::Sync:
      return takeSync(*command);
    case protocol::Action::Cancel:
      return takeCancel(*command);
    default:
      received.push_back(*command);
      return takeCommand(*command, now, wall);
  }
}

inline void FakeCar::takeSync(const protocol::CommandMessage& command) {
  const auto sync = protocol::decodeSync(command);
  ASSERT_TRUE(sync.ok());
  if (sync->contact != contact_) return;
  ++syncs;
  knows_time_ = true;
  acknowledged = sync->ack;
  std::erase_if(outbox_, [&](const Unacknowledged& item) { return item.seq <= sync->ack; });
  for (const protocol::CommandId id : sync->open) answerFromJournal(id);
  if (!sync->want_journal || std::exchange(journal_told_in_, contact_) == contact_) return;
  std::size_t older = journal_.size();
  for (const auto& [id, entry] : journal_) {
    if (older-- <= 32) answerFromJournal(id, "vehicle.startCharging");  // as many as a car's journal keeps
  }
}

inline void FakeCar::takeCancel(const protocol::CommandMessage& command) {
  if (command.contact != contact_) return;
  ++cancels;
  const protocol::CommandId id = *command.id;
  if (!journal_.contains(id)) {
    max_id_ = std::max(max_id_, id);
    return finish(id, protocol::ResponseStatus::Cancelled);
  }
  if (work_ && work_->id == id) {
    if (acts_at_once) return respond(id, protocol::ResponseStatus::InProgress, journal_[id].stage, {}, true);
    work_.reset();
    return finish(id, protocol::ResponseStatus::Cancelled);
  }
  answerFromJournal(id);
}

inline void FakeCar::takeCommand(const protocol::CommandMessage& command, Instant now, UnixTime wall) {
  if (command.contact != contact_ || !knows_time_) return;
  const protocol::CommandId id = *command.id;
  if (journal_.contains(id)) return answerFromJournal(id);
  if (command.spec->kind != protocol::ActionKind::Actuating) return respond(id, protocol::ResponseStatus::Completed);
  if (work_) return respond(id, protocol::ResponseStatus::Busy);
  max_id_ = std::max(max_id_, id);
  journal_[id] = {};
  if (wall >= *command.expires_at) return finish(id, protocol::ResponseStatus::Expired);
  work_ = Work{id, now + works_for, *command.expires_at, std::string(command.message.raw())};
  respond(id, protocol::ResponseStatus::InProgress, protocol::Stage::Accepted);
  respond(id, protocol::ResponseStatus::InProgress, protocol::Stage::SendingCommand);
  journal_[id].stage = protocol::Stage::SendingCommand;
}

inline void FakeCar::answerFromJournal(protocol::CommandId id, std::string_view action) {
  const auto found = journal_.find(id);
  if (found == journal_.end()) return respond(id, protocol::ResponseStatus::NeverReceived);
  const JournalEntry& entry = found->second;
  respond(id, entry.status,
          entry.status == protocol::ResponseStatus::InProgress ? std::optional(entry.stage) : std::nullopt, entry.error,
          false, action);
}

inline void FakeCar::finish(protocol::CommandId id, protocol::ResponseStatus status) {
  journal_[id].status = status;
  respond(id, status);
}

inline void FakeCar::respond(protocol::CommandId id, protocol::ResponseStatus status,
                             std::optional<protocol::Stage> stage, std::string_view error, bool too_late,
                             std::string_view action) {
  protocol::Response response;
  response.id = id;
  response.status = status;
  response.stage = stage;
  ASSERT_TRUE(response.error.assign(error));
  ASSERT_TRUE(response.action.assign(action));
  response.too_late = too_late;
  if (status == protocol::ResponseStatus::NeverReceived) response.contact = contact_;
  response.boot = boot_;
  response.seq = ++seq_;
  char text[1024];
  std::string payload(*protocol::encodeResponse(response, text));
  if (protocol::isFinal(status)) outbox_.push_back({seq_, payload});
  sent.push_back({protocol::Channel::Response, std::move(payload)});
}

inline void FakeCar::passTime(Instant now, UnixTime wall) {
  if (wake_at_ <= now) wake(now, "timer");
  if (work_ && work_->until <= now) {
    const Work done = *work_;
    work_.reset();
    if (wall < done.expires_at) {
      ++effects[done.id];
      parameters[done.id] = done.message;
      finish(done.id, protocol::ResponseStatus::Completed);
    } else {
      finish(done.id, protocol::ResponseStatus::Expired);
    }
    if (awake_) sleep_at_ = now + awake_for;
  }
  if (repeat_at_ <= now) {
    for (const Unacknowledged& item : outbox_) sent.push_back({protocol::Channel::Response, item.payload});
    repeat_at_ = now + repeats_after;
  }
  if (sleep_at_ <= now && !work_) sleep(now);
}

inline Instant FakeCar::nextDeadline() const {
  const Instant work = work_ ? work_->until : kNever;
  return std::min({work, work_ ? kNever : sleep_at_, wake_at_, outbox_.empty() ? kNever : repeat_at_});
}

}  // namespace smartkar::server::testing
