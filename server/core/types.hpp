#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.hpp"
#include "protocol/command.hpp"
#include "server/core/reception.hpp"

namespace smartkar::server {

using protocol::CommandId;

// Where a command stands (docs/protocol.md, life of a command). The order of the first five is the order of progress.
enum class CommandState : std::uint8_t {
  Queued,      // stored, nothing on its way to the car
  Ringing,     // the car is being woken
  Sent,        // handed over in a contact, not answered yet
  Accepted,    // the car has it in its journal
  InProgress,  // CommandRecord::stage tells how far
  Completed,
  Failed,
  Rejected,  // the car refused it: nothing was done
  Expired,
  Cancelled,
  Unknown,  // nobody can know whether it took effect
};

// "queued", "in_progress", …: as in the HTTP API and the store.
std::string_view stateName(CommandState state);
std::optional<CommandState> stateFromName(std::string_view name);
// True if the command has ended.
bool isFinal(CommandState state);

// Why the server no longer wants a command that the car may have.
enum class Withdrawal : std::uint8_t { None, Cancelled, Expired };

// "none", "cancelled", "expired": as in the store.
std::string_view withdrawalName(Withdrawal withdrawal);
std::optional<Withdrawal> withdrawalFromName(std::string_view name);

struct HistoryEntry {
  UnixTime at{};
  CommandState state = CommandState::Queued;
  std::string stage;   // empty: none
  std::string detail;  // for people; empty: none

  friend bool operator==(const HistoryEntry&, const HistoryEntry&) = default;
};

// A way to reach a car.
enum class Path : std::uint8_t {
  Ring,     // a ring over the session that the broker keeps for it
  Sms,      // a text message
  Timer,    // nothing is sent: it wakes by itself
  Contact,  // the command itself, over the broker
  Tcp,      // the command itself, over a connection of the car
};

// "ring", "sms", …: as in the HTTP API and the store.
std::string_view pathName(Path path);
std::optional<Path> pathFromName(std::string_view name);

enum class AttemptResult : std::uint8_t {
  Pending,
  Answered,  // the car woke, or spoke of the command
  Silent,    // it did not
  Failed,    // it could not be sent
};

// "pending", "answered", …: as in the HTTP API and the store.
std::string_view attemptResultName(AttemptResult result);
std::optional<AttemptResult> attemptResultFromName(std::string_view name);

// What was sent for a command, and what came of it.
struct Attempt {
  UnixTime at{};
  Path path = Path::Ring;
  AttemptResult result = AttemptResult::Pending;
  std::optional<UnixTime> ended_at;  // set if and only if the result is not Pending
  std::string detail;                // for people; empty: none

  friend bool operator==(const Attempt&, const Attempt&) = default;
};

// One command: all the server knows and must not forget.
struct CommandRecord {
  std::string ccid;
  CommandId id = 0;
  std::string action;
  std::string params_json = "{}";  // all parameters, defaults included: what the car gets

  std::string principal;        // who asked
  std::string idempotency_key;  // empty: none
  std::string request;          // the request in canonical form, what an idempotency key is bound to
  bool supersedes = false;      // not sent before every earlier command of its subject has ended

  CommandState state = CommandState::Queued;
  bool unconfirmed = false;  // sent, overdue, not contradicted
  Withdrawal withdrawal = Withdrawal::None;
  std::string stage;        // latest stage the car named; empty: none
  std::string error;        // empty: none
  std::string result_json;  // what the car returned, an object; empty: nothing
  UnixTime created_at{};
  UnixTime expires_at{};
  std::optional<UnixTime> finished_at;  // set if and only if the state is final
  bool decided_by_car = false;          // the final state is the car's own word

  std::uint32_t attempts = 0;  // how often it was sent: the latest `try`
  std::optional<UnixTime> last_sent_at;
  std::uint32_t last_contact = 0;      // nonce of the contact of the latest send; 0: no copy can take effect
  std::uint32_t sends_in_contact = 0;  // sends in that contact
  bool sent_once = false;              // to old firmware, which must not get it again

  // Stamp of the latest response that counted.
  std::optional<std::uint32_t> answer_boot;
  std::optional<std::uint32_t> answer_seq;

  // What the client was told when the command was accepted; nothing: it could not be said.
  std::optional<Path> expected_path;
  std::optional<UnixTime> expected_by;

  std::vector<HistoryEntry> history;
  std::vector<Attempt> ledger;

  friend bool operator==(const CommandRecord&, const CommandRecord&) = default;
};

enum class Presence : std::uint8_t {
  NeverSeen,
  Awake,    // said so, and was heard from within Policy::awake_trust
  Asleep,   // announced it; DeviceRecord::asleep_until tells until when
  Overdue,  // should have been heard from by now
  Lost,     // its connection ended without a goodbye
};

// "never_seen", "awake", …: as in the HTTP API and the store.
std::string_view presenceName(Presence presence);
std::optional<Presence> presenceFromName(std::string_view name);

// One car: all the server knows and must not forget, apart from commands and telemetry.
struct DeviceRecord {
  std::string ccid;

  Presence presence = Presence::NeverSeen;
  std::optional<UnixTime> proved_at;  // when the car itself last proved that it is there
  std::optional<UnixTime> asleep_until;
  std::string offline_reason;  // "sleep", "reboot", …; empty: none given
  bool reachable = false;      // a belief: its session at the broker should still be alive

  std::string wake_cause;  // empty: not told, like the next two
  std::string firmware;
  std::string link;

  // Ordering stamp of the latest status that counted, and what it said.
  std::optional<std::uint32_t> journal;
  std::optional<std::uint32_t> boot;
  std::optional<std::uint32_t> conn;
  std::optional<std::uint32_t> status_seq;
  std::uint32_t contact = 0;  // nonce of the latest contact; 0: none yet
  CommandId max_id = 0;       // highest id the car remembers

  CommandId last_id = 0;         // highest id the server gave out for this car
  CommandId seen_id = 0;         // highest id it sent to the car or found in its journal
  CommandId journal_wanted = 0;  // the car's journal is asked for until it told of this id; 0: it is not

  // Responses of boot `ack_boot` that are stored: all up to ack_contiguous, none above ack_highest.
  std::optional<std::uint32_t> ack_boot;
  std::uint32_t ack_contiguous = 0;
  std::uint32_t ack_highest = 0;

  std::optional<UnixTime> sms_at;  // when the latest text message was sent
  std::uint32_t sms_count = 0;     // how many on that day, in UTC

  Reception reception;

  friend bool operator==(const DeviceRecord&, const DeviceRecord&) = default;
};

// What the server said of a car's presence, from a moment on until the next.
struct PresenceRecord {
  std::string ccid;
  UnixTime at{};  // when it began to say so
  Presence presence = Presence::NeverSeen;
  std::optional<UnixTime> proved_at;  // as known then, like all that follows
  std::optional<UnixTime> asleep_until;
  std::string offline_reason;  // empty: none given
  bool reachable = false;

  friend bool operator==(const PresenceRecord&, const PresenceRecord&) = default;
};

// One telemetry value.
struct StateField {
  std::string json;  // a number, true, false, a string with quotes, or null: unknown
  std::optional<std::uint32_t> boot;
  std::optional<std::uint32_t> seq;
  UnixTime updated_at{};

  friend bool operator==(const StateField&, const StateField&) = default;
};

// Latest telemetry of one car, by path ("vehicle.battery.soc").
using StateFields = std::map<std::string, StateField>;

// The fields as one nested object: {"vehicle":{"battery":{"soc":80}}}.
std::string stateJson(const StateFields& fields);
// When the newest of the fields arrived; nothing if there are none.
std::optional<UnixTime> stateUpdatedAt(const StateFields& fields);

// Something that happened in a car. Unique by (ccid, journal, boot, seq) if it has boot and seq.
struct EventRecord {
  std::string ccid;
  std::string domain;
  std::string name;
  std::string details_json = "{}";  // object
  std::optional<UnixTime> time;     // by the car's clock
  UnixTime received_at{};
  std::optional<std::uint32_t> journal;  // epoch that boot counts in
  std::optional<std::uint32_t> boot;
  std::optional<std::uint32_t> seq;

  friend bool operator==(const EventRecord&, const EventRecord&) = default;
};

// What one message told of the car's telemetry.
struct SampleRecord {
  std::string ccid;
  UnixTime at{};            // by the car's clock; when it arrived if the car did not say, or said the future
  std::string fields_json;  // an object: the value by path

  friend bool operator==(const SampleRecord&, const SampleRecord&) = default;
};

// A message that was refused for its content, kept for people to look at.
struct QuarantineRecord {
  std::string ccid;
  std::string channel;
  std::string payload;
  std::string reason;
  UnixTime at{};

  friend bool operator==(const QuarantineRecord&, const QuarantineRecord&) = default;
};

// What a Fleet starts from.
struct Snapshot {
  std::vector<DeviceRecord> devices;
  std::map<std::string, StateFields> states;  // by ccid
  std::vector<CommandRecord> commands;        // all that are not final, and those finished lately
};

}  // namespace smartkar::server
