#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "base/time.hpp"
#include "protocol/actions.hpp"
#include "server/core/actions.hpp"
#include "server/core/policy.hpp"
#include "server/core/types.hpp"

namespace smartkar::server {

// One event being worked on: its time, and what is to follow from it.
struct Moment {
  const Policy& policy;
  Instant now;
  UnixTime wall;
  bool broker_up;
  std::uint64_t generation;  // of the broker connection
  Actions& actions;

  // When a wall-clock time will have come.
  Instant instantOf(UnixTime time) const;
  bool reached(UnixTime time) const { return wall >= time; }
  void remark(std::string_view ccid, std::string text) const;
};

// A policy's duration in the unit of the wall clock.
constexpr std::chrono::seconds wholeSeconds(Duration duration) {
  return std::chrono::duration_cast<std::chrono::seconds>(duration);
}

// A command, and what of it may be lost in a crash.
struct Entry {
  CommandRecord record;
  std::size_t history_stored = 0;
  bool changed = false;
  // Not handed over yet: not to be sent before. In flight: when the next send or reminder is due.
  Instant due{};
  std::uint32_t tries = 0;  // sends and reminders in this contact since the latest response

  // The car may have it and owes an answer.
  bool inFlight() const { return record.state >= CommandState::Sent && record.state <= CommandState::InProgress; }
  bool waiting() const { return record.state <= CommandState::Ringing; }
  bool final() const { return isFinal(record.state); }
  protocol::ActionKind kind() const;
};

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
};

struct Car {
  DeviceRecord record;
  DeviceRecord stored;     // as in the store
  DeviceRecord announced;  // as last shown in live views
  StateFields state;
  StateFields state_changes;
  std::map<CommandId, Entry> commands;
  std::map<std::pair<std::string, std::string>, CommandId> keys;  // by (principal, idempotency key)
  std::optional<Contact> contact;
  std::optional<Ladder> ladder;
  Instant timer = kNever;  // as in the Fleet's timers

  // Puts a command under the car, from a request or from the store.
  Entry& add(CommandRecord command);
};

// Moves a command on and writes its history. detail: for people; empty: none. A final state ends `unconfirmed`.
void moveTo(Entry& entry, CommandState state, const Moment& moment, std::string detail = {});
// Turns what has changed into mutations and notifications.
void flushChanges(Car& car, const Moment& moment);

}  // namespace smartkar::server
