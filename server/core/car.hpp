#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/time.hpp"
#include "protocol/actions.hpp"
#include "server/core/actions.hpp"
#include "server/core/brokers.hpp"
#include "server/core/command_table.hpp"
#include "server/core/event.hpp"
#include "server/core/policy.hpp"
#include "server/core/types.hpp"
#include "server/core/wake_times.hpp"

namespace smartkar::server {

// One event being worked on: its time, and what is to follow from it.
struct Moment {
  const Policy& policy;
  Instant now;
  UnixTime wall;
  const Brokers& brokers;
  UnixTime ids_from;  // no new id is of an earlier second
  Actions& actions;
  CellCounts& cells;

  // When a wall-clock time will have come.
  Instant instantOf(UnixTime time) const;
  bool reached(UnixTime time) const { return wall >= time; }
  // The broker whose present connection a message came by; nothing: of an earlier connection, a replay, or of none.
  std::optional<std::size_t> brokerOf(const MessageReceived& message) const;
  void remark(std::string_view ccid, std::string text) const;
};

// A policy's duration in the unit of the wall clock.
constexpr std::chrono::seconds wholeSeconds(Duration duration) {
  return std::chrono::duration_cast<std::chrono::seconds>(duration);
}

// The parts of a long answer that have arrived. Lost in a crash: the command is asked for again then.
struct PartialResult {
  std::optional<std::uint32_t> boot;
  std::uint32_t first_seq = 0;
  std::vector<std::string> parts;  // texts of objects; empty: not arrived
};

// A command, and what of it may be lost in a crash.
struct Entry {
  CommandRecord record;
  std::size_t history_stored = 0;
  std::size_t attempts_stored = 0;  // of the ledger; those before are stored as they are
  bool changed = false;
  // Not handed over yet: not to be sent before. In flight: when the next send or reminder is due.
  Instant due{};
  std::uint32_t tries = 0;  // sends and reminders in this contact since the latest response
  bool expiry_noted = false;
  PartialResult partial;

  // Waits to be handed over.
  bool inQueue() const { return record.state <= CommandState::Ringing; }
  // Was handed over in a contact, and an answer is due.
  bool owesAnswer() const;
  // The car may have it, or get it late.
  bool atTheCar() const { return owesAnswer() || rowOf(record) == Row::Requeued; }
  bool final() const { return isFinal(record.state); }
  protocol::ActionKind kind() const;
};

protocol::Subject subjectOf(const CommandRecord& command);

// The car said it listens, and nothing has contradicted that yet.
struct Contact {
  std::uint32_t nonce = 0;
  bool sync_due = false;
  std::uint32_t acknowledged = 0;  // what the latest sync said
  Instant synced_at{};
};

// The wake ladder while a command waits for a sleeping car.
struct Ladder {
  std::size_t rung = 0;
  Instant next{};
  UnixTime began{};
  UnixTime worth_until{};     // the latest expiry of what it is for
  bool text_refused = false;  // a text message could not be sent
};

struct Car {
  DeviceRecord record;
  DeviceRecord stored;     // as in the store
  DeviceRecord announced;  // as last shown in live views
  StateFields state;
  StateFields state_changes;
  bool state_wanted = false;  // what is known may have gaps: the next sync asks for all of it
  std::map<CommandId, Entry> commands;
  std::map<std::pair<std::string, std::string>, CommandId> keys;  // by (principal, idempotency key)
  std::optional<Contact> contact;
  CommandId unknown_above = 0;  // what the car's journal has above it is new to the store, too
  bool lost = false;            // a connection ended by its will since the car went to sleep
  std::uint64_t tcp = 0;        // its own connection, if its latest status came by it and it is open; 0: none
  std::size_t broker = 0;       // the one that it was heard by last
  bool legacy_up = false;       // old firmware, with an open session at the gateway
  std::optional<Ladder> ladder;
  WakeTimes times;
  Instant timer = kNever;  // as in the Fleet's timers

  // Puts a command under the car, from a request or from the store.
  Entry& add(CommandRecord command);
  // The link that its latest status came by is there.
  bool linked(const Moment& moment) const { return tcp != 0 || moment.brokers[broker].up; }
  // There is a link that a ring could leave by.
  bool ringable(const Moment& moment) const { return tcp != 0 || anyUp(moment.brokers); }
};

// Sends by the link that the car was heard by last. message: all but the link.
void publish(const Car& car, PublishCommand message, const Moment& moment);
// Sends by every broker, because which one keeps the session of a sleeping car is not stored; by the car's own
// connection if it has one.
void publishEverywhere(const Car& car, const PublishCommand& message, const Moment& moment);

// Moves a command on and writes its history. detail: for people; empty: none. A final state ends `unconfirmed`.
void moveTo(Entry& entry, CommandState state, const Moment& moment, std::string detail = {});
// Turns what has changed into mutations and notifications.
void flushChanges(Car& car, const Moment& moment);

}  // namespace smartkar::server
