#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "protocol/field_error.hpp"
#include "server/core/access.hpp"
#include "server/core/types.hpp"

namespace smartkar::server {

// Stores the command as it is now. Entries of its history before new_history_from, and of its ledger before
// new_attempts_from, are stored already.
struct PutCommand {
  CommandRecord command;
  std::size_t new_history_from = 0;
  std::size_t new_attempts_from = 0;
};
struct PutDevice {
  DeviceRecord device;
};
// Replaces these fields and no others.
struct PutState {
  std::string ccid;
  StateFields fields;
};
// Storing the same event twice stores it once.
struct AddEvent {
  EventRecord event;
};
struct AddQuarantine {
  QuarantineRecord message;
};

// Stores a command that the car remembers and this server does not (it was restored from a backup, or somebody else
// sent it); changes nothing if the store has it.
struct RecoverCommand {
  CommandRecord command;
};

// One more row of the car's telemetry history.
struct AddSample {
  SampleRecord sample;
};

// One more row of the car's presence history.
struct AddPresence {
  PresenceRecord entry;
};

// Stores the token as it is now; its hash tells which.
struct PutToken {
  TokenRecord token;
};
struct AddAudit {
  AuditRecord entry;
};

using Mutation = std::variant<PutCommand, PutDevice, PutState, AddEvent, AddQuarantine, RecoverCommand, AddSample,
                              AddPresence, PutToken, AddAudit>;

enum class PublishKind : std::uint8_t { Ring, Sync, Command, Cancel };

// To be published on the car's command topic (QoS 1, not retained), or written to its own connection.
struct PublishCommand {
  std::string ccid;
  PublishKind kind = PublishKind::Command;
  std::string payload;           // at most protocol::kCommandBytesMax bytes
  std::uint32_t expiry_s = 2;    // MQTT message expiry, at least 2
  CommandId id = 0;              // of Command and Cancel, else 0
  std::uint64_t generation = 0;  // broker connection it is meant for: with any other, it must not be published
  std::uint64_t tcp = 0;         // the car's own connection it is meant for, and no other; 0: the broker
};

// The car is heard over the broker again: whatever connection it has at the gateway is to be closed.
struct CloseTcp {
  std::string ccid;
};

// To be sent to old firmware over its session at the gateway.
struct SendLegacy {
  std::string ccid;
  CommandId id = 0;
  std::string action;
  std::string payload;  // the body, without envelope
};

// To be sent as a text message to the modem in the car. Its content does not matter: it wakes the car. Answered by one
// SmsResult.
struct SendSms {
  std::string ccid;
};

// The command is stored; `id` is its id. replayed: the idempotency key was used before, this is that command.
struct CommandAccepted {
  std::uint64_t token = 0;
  std::string ccid;
  CommandId id = 0;
  bool replayed = false;
};

enum class Refusal : std::uint8_t {
  UnknownAction,        // no such action, or one that is not for clients
  BadParameter,         // CommandRefused::field tells which and why
  BadTtl,               // not 10 s … 30 days
  BadSupersede,         // the action has no subject that could be superseded
  IdempotencyConflict,  // the key was used for another request
  TooManyOpen,          // the car has Policy::open_commands_max commands without a final state
  IdsExhausted,         // the car remembers the highest id there is
};
struct CommandRefused {
  std::uint64_t token = 0;
  std::string ccid;
  Refusal reason = Refusal::UnknownAction;
  protocol::FieldError field;  // for all but TooManyOpen and IdsExhausted; field.describe() is a sentence for people
};

// The command has ended as cancelled, or the car will be asked to give it up.
struct CancelAccepted {
  std::uint64_t token = 0;
  std::string ccid;
  CommandId id = 0;
};

enum class CancelRefusal : std::uint8_t {
  UnknownCommand,  // not known, or over for Policy::remember_final
  Ended,           // it has ended otherwise
  OldFirmware,     // sent to firmware that cannot be asked
};
struct CancelRefused {
  std::uint64_t token = 0;
  std::string ccid;
  CommandId id = 0;
  CancelRefusal reason = CancelRefusal::UnknownCommand;
};

// Notifications for live views.
struct CommandChanged {
  CommandRecord command;
};
struct DeviceChanged {
  DeviceRecord device;
};
// fields: those that changed.
struct StateChanged {
  std::string ccid;
  StateFields fields;
};
// May be seen again if the broker repeats a message around a crash; the store keeps it once.
struct EventHappened {
  EventRecord event;
};

// Something to be counted about a state or an event.
struct TelemetryNoted {
  std::string ccid;
  Arrival arrival;
  std::size_t refused_fields = 0;  // that were quarantined, while the others of the message were kept
};

// Something for the log.
struct Remark {
  std::string ccid;
  std::string text;
};

using Effect =
    std::variant<PublishCommand, CloseTcp, SendLegacy, SendSms, CommandAccepted, CommandRefused, CancelAccepted,
                 CancelRefused, CommandChanged, DeviceChanged, StateChanged, EventHappened, TelemetryNoted, Remark>;

// What must follow from an event: the mutations are stored, all or none, and only then the effects take place, in
// their order. If they cannot be stored the Fleet is ahead of the store: the process must end.
struct Actions {
  std::vector<Mutation> mutations;
  std::vector<Effect> effects;
};

}  // namespace smartkar::server
