#include "server/core/presence.hpp"

#include <algorithm>

#include "protocol/stamp.hpp"
#include "protocol/status_message.hpp"
#include "server/core/contact.hpp"
#include "server/core/life.hpp"
#include "server/core/telemetry.hpp"

namespace smartkar::server {
namespace {

using protocol::OfflineReason;
using protocol::StatusMessage;

bool outOfDate(const DeviceRecord& record, const StatusMessage& status) {
  const protocol::Stamp known{record.journal, record.boot, record.conn, record.status_seq};
  const protocol::Stamp said{status.journal, status.boot, status.conn, status.seq};
  return protocol::compare(said, known) == std::partial_ordering::less;
}

bool otherJournal(const DeviceRecord& record, const StatusMessage& status) {
  return record.journal && status.journal && record.journal != status.journal;
}

// When the car said it, but never in the future; what it did not date is as old as `otherwise`.
std::optional<UnixTime> saidAt(const StatusMessage& status, std::optional<UnixTime> otherwise, const Moment& moment) {
  if (!status.timestamp) return otherwise;
  return std::min(*status.timestamp, moment.wall);
}

void takeStamp(DeviceRecord& record, const StatusMessage& status) {
  if (status.boot) record.boot = status.boot;
  if (status.conn) record.conn = status.conn;
  record.status_seq = status.seq;
}

// Without its journal the car cannot tell a repeated command from a new one: what was sent before is over (P1).
void journalLost(Car& car, Moment& moment) {
  moment.remark(car.record.ccid, "the car has a new command journal");
  for (auto& [id, entry] : car.commands) happen(car, entry, Happening::JournalLost, moment);
  car.record.journal_wanted = 0;
  // It counts its boots anew.
  car.record.ack_boot.reset();
  car.record.ack_contiguous = 0;
  car.record.ack_highest = 0;
  forgetStateOrder(car);
}

// The car remembers commands this server never sent: it was restored from a backup, or somebody else sent them.
void takeMaxId(Car& car, CommandId max_id) {
  DeviceRecord& record = car.record;
  record.max_id = max_id;
  if (max_id <= record.seen_id) return;
  record.journal_wanted = max_id;
  car.unknown_above = record.seen_id;
}

bool keepsSession(std::string_view offline_reason) {
  // In these two the modem keeps the session; in the others it is switched off.
  return offline_reason == protocol::offlineReasonName(OfflineReason::Sleep) ||
         offline_reason == protocol::offlineReasonName(OfflineReason::Budget);
}

// The car slept on a connection and comes back on another one. That the first was lost no will has to tell: Mosquitto
// publishes none of a session that a new connection takes over.
bool lostInSleep(const DeviceRecord& before, const StatusMessage& status) {
  return before.presence == Presence::Asleep && keepsSession(before.offline_reason) && before.boot == status.boot &&
         before.conn && status.conn && before.conn != status.conn;
}

void takeAwake(Car& car, const StatusMessage& status, bool live, Moment& moment) {
  DeviceRecord& record = car.record;
  if (lostInSleep(record, status)) car.lost = true;
  takeStamp(record, status);
  record.presence = Presence::Awake;
  record.asleep_until.reset();
  record.offline_reason.clear();
  record.wake_cause = std::string(status.wake_cause.view());
  record.firmware = std::string(status.firmware.view());
  record.link = std::string(status.link.view());
  if (!live) {
    closeContact(car);
    record.proved_at = saidAt(status, record.proved_at, moment);
    return;
  }
  record.proved_at = moment.wall;
  record.reachable = true;
  if (status.journal) {
    if (otherJournal(record, status)) journalLost(car, moment);
    record.journal = status.journal;
  }
  if (status.max_id) takeMaxId(car, *status.max_id);
  if (status.contact) openContact(car, *status.contact, moment);
}

// present: by a connection that is there. live: and just now.
void takeAsleep(Car& car, const StatusMessage& status, bool live, bool present, Moment& moment) {
  DeviceRecord& record = car.record;
  takeStamp(record, status);
  closeContact(car);
  car.lost = false;
  record.presence = Presence::Asleep;
  record.proved_at = saidAt(status, live ? std::optional(moment.wall) : record.proved_at, moment);
  record.asleep_until = status.next_wake;
  record.offline_reason = status.reason ? std::string(protocol::offlineReasonName(*status.reason)) : std::string();
  record.reachable = keepsSession(record.offline_reason) && (present || record.reachable);
}

void connectionEnded(Car& car) {
  closeContact(car);
  DeviceRecord& record = car.record;
  record.reachable = false;
  // A sleeping car has lost its session, but will still wake when it said it would.
  if (record.presence == Presence::Awake || record.presence == Presence::Overdue) record.presence = Presence::Lost;
}

// A will closes the connection it was made for; a bare one the present one. broker: that published it; nothing: it is
// not news.
void takeWill(Car& car, const StatusMessage& status, std::optional<std::size_t> broker, Moment& moment) {
  DeviceRecord& record = car.record;
  const bool bare = !status.boot && !status.conn;
  if (!bare && (status.boot != record.boot || status.conn != record.conn)) {
    return moment.remark(record.ccid, "will of an earlier connection ignored");
  }
  // Nor is a bare one about a car that has moved to TCP, or to another broker.
  if (car.tcp != 0 || (bare && broker && *broker != car.broker)) return;
  car.lost = true;
  connectionEnded(car);
}

// The newest link is the one that counts. broker: nothing if it is none.
void takeLink(Car& car, std::uint64_t tcp, std::optional<std::size_t> broker, Moment& moment) {
  const bool left_gateway = tcp == 0 && (car.tcp != 0 || car.legacy_up);
  if (left_gateway) moment.actions.effects.emplace_back(CloseTcp{car.record.ccid});
  car.tcp = tcp;
  car.broker = broker.value_or(car.broker);
  car.legacy_up = false;
}

// When the present statement stops being credible; nothing if it does not.
std::optional<UnixTime> credibleUntil(const DeviceRecord& record, const Policy& policy) {
  if (record.presence == Presence::Awake) {
    return record.proved_at.value_or(UnixTime{}) + wholeSeconds(policy.awake_trust);
  }
  if (record.presence == Presence::Asleep && record.asleep_until) {
    return *record.asleep_until + wholeSeconds(policy.wake_tolerance);
  }
  return std::nullopt;
}

}  // namespace

void takeStatus(Car& car, const MessageReceived& message, Moment& moment) {
  protocol::JsonDocument document;
  const auto status = protocol::decodeStatus(message.payload, document);
  if (!status) return quarantine(message, status.error().describe(), moment);
  if (outOfDate(car.record, *status)) return moment.remark(car.record.ccid, "status of an earlier connection ignored");

  // What came by an earlier broker connection was not acknowledged and comes again.
  const auto broker = moment.brokerOf(message);
  const bool present = message.tcp != 0 || broker;
  if (!present && car.contact) return;
  if (present && status->presence != protocol::Presence::Will) takeLink(car, message.tcp, broker, moment);
  // What waited for this connection was true once. A car that is still awake and was not answered announces itself
  // again.
  const bool live = present && !message.waited;
  // Whether that was before or after the car lost its journal nothing tells.
  if (!live && otherJournal(car.record, *status))
    return moment.remark(car.record.ccid, "status of another journal ignored");
  switch (status->presence) {
    case protocol::Presence::Awake:
      return takeAwake(car, *status, live, moment);
    case protocol::Presence::Asleep:
      return takeAsleep(car, *status, live, present, moment);
    case protocol::Presence::Will:
      return takeWill(car, *status, broker, moment);
  }
}

void tcpDown(Car& car, const TcpDown& event) {
  if (car.tcp != event.tcp) return;
  car.tcp = 0;
  if (event.broken) car.lost = true;
  connectionEnded(car);
}

void legacyUp(Car& car, Moment& moment) {
  closeContact(car);
  car.tcp = 0;
  car.legacy_up = true;
  DeviceRecord& record = car.record;
  record.presence = Presence::Awake;
  record.proved_at = moment.wall;
  record.asleep_until.reset();
  record.offline_reason.clear();
  record.reachable = true;
  record.link = "tcp";
}

void legacyAsleep(Car& car, const LegacyAsleep& event, Moment& moment) {
  if (!car.legacy_up) return;
  DeviceRecord& record = car.record;
  record.presence = Presence::Asleep;
  record.proved_at = moment.wall;
  record.asleep_until.reset();
  record.offline_reason = event.reason;
  record.reachable = true;
}

void legacyDown(Car& car) {
  if (!car.legacy_up) return;
  car.legacy_up = false;
  connectionEnded(car);
}

void heard(Car& car, const MessageReceived& message, std::optional<UnixTime> said, std::optional<std::uint32_t> boot,
           Moment& moment) {
  DeviceRecord& record = car.record;
  if (message.retained || (message.waited && !said)) return;
  if (boot && record.boot && *boot < *record.boot) return;
  const UnixTime proved = std::min(said.value_or(moment.wall), moment.wall);
  record.proved_at = std::max(record.proved_at.value_or(proved), proved);
  if (record.presence == Presence::Overdue) record.presence = Presence::Awake;
}

DeviceRecord asOf(UnixTime wall, DeviceRecord record, const Policy& policy) {
  const auto until = credibleUntil(record, policy);
  if (!until || wall < *until) return record;
  record.presence = Presence::Overdue;
  record.reachable = false;
  return record;
}

void agePresence(Car& car, Moment& moment) {
  const auto until = credibleUntil(car.record, moment.policy);
  if (!until || !moment.reached(*until)) return;
  car.record = asOf(*until, std::move(car.record), moment.policy);
  closeContact(car);
}

Instant presenceDeadline(const Car& car, const Moment& moment) {
  const auto until = credibleUntil(car.record, moment.policy);
  return until ? moment.instantOf(*until) : kNever;
}

}  // namespace smartkar::server
