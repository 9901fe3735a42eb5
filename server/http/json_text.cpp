#include "server/http/json_text.hpp"

#include <boost/json.hpp>
#include <initializer_list>

namespace smartkar::server {

namespace json = boost::json;

namespace {

struct RawMember {
  std::string_view name;
  std::string_view json;  // empty: the member is left out
};

// The object with further members whose values are JSON text already: they go out exactly as they came in.
std::string textOf(const json::object& object, std::initializer_list<RawMember> members = {}) {
  std::string text = json::serialize(object);
  text.pop_back();
  for (const RawMember& member : members) {
    if (member.json.empty()) continue;
    ((((text += ",\"") += member.name) += "\":") += member.json);
  }
  return text + '}';
}

void setIfAny(json::object& object, std::string_view name, const std::string& text) {
  if (!text.empty()) object[name] = text;
}

void setIfAny(json::object& object, std::string_view name, const std::optional<UnixTime>& time) {
  if (time) object[name] = unixSeconds(*time);
}

void setIfAny(json::object& object, std::string_view name, const std::optional<std::uint32_t>& number) {
  if (number) object[name] = *number;
}

json::array historyArray(const std::vector<HistoryEntry>& history) {
  json::array array;
  for (const HistoryEntry& entry : history) {
    json::object item{{"at", unixSeconds(entry.at)}, {"state", stateName(entry.state)}};
    setIfAny(item, "stage", entry.stage);
    setIfAny(item, "detail", entry.detail);
    array.push_back(std::move(item));
  }
  return array;
}

json::array ledgerArray(const std::vector<Attempt>& ledger) {
  json::array array;
  for (const Attempt& attempt : ledger) {
    json::object item{{"at", unixSeconds(attempt.at)},
                      {"path", pathName(attempt.path)},
                      {"result", attemptResultName(attempt.result)}};
    setIfAny(item, "endedAt", attempt.ended_at);
    setIfAny(item, "detail", attempt.detail);
    array.push_back(std::move(item));
  }
  return array;
}

// The car is to give it up, and has not said yet what became of it.
bool cancelRequested(const CommandRecord& command) {
  return command.withdrawal == Withdrawal::Cancelled && !isFinal(command.state);
}

json::object eventObject(const EventRecord& event) {
  json::object object{{"ccid", event.ccid},
                      {"domain", event.domain},
                      {"name", event.name},
                      {"receivedAt", unixSeconds(event.received_at)}};
  setIfAny(object, "ts", event.time);
  setIfAny(object, "boot", event.boot);
  setIfAny(object, "seq", event.seq);
  return object;
}

std::string_view reachName(bool reachable) { return reachable ? "believed" : "unproven"; }

}  // namespace

std::string commandJson(const CommandRecord& command) {
  json::object object{{"id", command.id},
                      {"ccid", command.ccid},
                      {"action", command.action},
                      {"state", stateName(command.state)},
                      {"unconfirmed", command.unconfirmed},
                      {"cancelRequested", cancelRequested(command)},
                      {"supersedes", command.supersedes}};
  setIfAny(object, "stage", command.stage);
  setIfAny(object, "error", command.error);
  object["createdAt"] = unixSeconds(command.created_at);
  object["expiresAt"] = unixSeconds(command.expires_at);
  object["final"] = isFinal(command.state);
  object["attempts"] = command.attempts;
  if (command.expected_path) object["expectedPath"] = pathName(*command.expected_path);
  setIfAny(object, "expectedBy", command.expected_by);
  object["history"] = historyArray(command.history);
  object["ledger"] = ledgerArray(command.ledger);
  return textOf(object, {{"params", command.params_json}, {"result", command.result_json}});
}

std::string deviceJson(const DeviceRecord& device) {
  json::object object{{"ccid", device.ccid}, {"presence", presenceName(device.presence)}};
  setIfAny(object, "provedAt", device.proved_at);
  setIfAny(object, "asleepUntil", device.asleep_until);
  setIfAny(object, "offlineReason", device.offline_reason);
  if (device.presence != Presence::NeverSeen) object["reachable"] = reachName(device.reachable);
  setIfAny(object, "wakeCause", device.wake_cause);
  setIfAny(object, "fw", device.firmware);
  setIfAny(object, "boot", device.boot);
  setIfAny(object, "link", device.link);
  if (device.reception.boot) {
    object["telemetry"] = {{"missing", device.reception.missing}, {"repeated", device.reception.repeated}};
  }
  return textOf(object);
}

std::string presenceJson(const StoredPresence& presence) {
  const PresenceRecord& entry = presence.entry;
  json::object object{
      {"number", presence.number}, {"at", unixSeconds(entry.at)}, {"presence", presenceName(entry.presence)}};
  setIfAny(object, "provedAt", entry.proved_at);
  setIfAny(object, "asleepUntil", entry.asleep_until);
  setIfAny(object, "offlineReason", entry.offline_reason);
  object["reachable"] = reachName(entry.reachable);
  return textOf(object);
}

std::string carStateJson(std::string_view ccid, const StateFields& fields) {
  // As text at once, because it is made for every message of a car. Ids and paths need no escapes: they are digits,
  // and names of the protocol.
  std::string text = "{\"ccid\":\"";
  text.append(ccid).append("\",\"fieldsUpdatedAt\":");
  char separator = '{';
  if (fields.empty()) text += separator;
  for (const auto& [path, field] : fields) {
    text += separator;
    text.append("\"").append(path).append("\":").append(std::to_string(unixSeconds(field.updated_at)));
    separator = ',';
  }
  text += '}';
  if (const auto updated_at = stateUpdatedAt(fields)) {
    text.append(",\"updatedAt\":").append(std::to_string(unixSeconds(*updated_at)));
  }
  return text.append(",\"state\":").append(stateJson(fields)).append("}");
}

std::string eventJson(const EventRecord& event) {
  return textOf(eventObject(event), {{"details", event.details_json}});
}

std::string eventJson(const StoredEvent& event) {
  json::object object = eventObject(event.event);
  object["number"] = event.number;
  return textOf(object, {{"details", event.event.details_json}});
}

std::string tokenJson(const TokenRecord& token, std::string_view secret) {
  json::object object{
      {"name", token.name}, {"role", roleName(token.role)}, {"createdAt", unixSeconds(token.created_at)}};
  setIfAny(object, "revokedAt", token.revoked_at);
  setIfAny(object, "token", std::string(secret));
  return textOf(object);
}

std::string principalJson(std::string_view name, Role role) {
  return textOf({{"name", name}, {"role", roleName(role)}});
}

std::string auditJson(const StoredAudit& audit) {
  const AuditRecord& entry = audit.entry;
  json::object object{{"number", audit.number},
                      {"at", unixSeconds(entry.at)},
                      {"principal", entry.principal},
                      {"action", entry.action}};
  setIfAny(object, "ccid", entry.ccid);
  setIfAny(object, "detail", entry.detail);
  return textOf(object);
}

}  // namespace smartkar::server
