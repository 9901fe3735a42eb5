#include "server/core/requests.hpp"

#include <algorithm>

#include "protocol/json_document.hpp"
#include "protocol/parameters.hpp"
#include "server/core/life.hpp"
#include "server/core/promise.hpp"

namespace smartkar::server {
namespace {

using protocol::FieldError;
using protocol::Problem;

// Ids also grow with time, so that a server restored from a backup cannot give one out twice.
constexpr UnixTime kIdsBegin = unixTime(1577836800);  // 2020-01-01

struct Refused {
  Refusal reason;
  FieldError field;
};

// A request that is in order.
struct Checked {
  const protocol::ActionSpec* spec;
  std::string params_json;
  std::chrono::seconds ttl;
  bool supersede;

  // What must be equal for two requests to be the same one.
  std::string canonical() const {
    return std::string(spec->name) + "\n" + params_json + "\n" + std::to_string(ttl.count()) +
           (supersede ? "\nsupersede" : "");
  }
};

Result<std::string, FieldError> canonicalParameters(const protocol::ActionSpec& spec, std::string_view json) {
  protocol::JsonDocument document;
  protocol::JsonValue value;
  if (!json.empty()) {
    const auto parsed = document.parse(json);
    if (!parsed) return Failure{FieldError::of("params", Problem::Malformed)};
    if (!parsed->isObject() && !parsed->isNull()) {
      return Failure{FieldError::wrongType("params", protocol::FieldType::Object)};
    }
    value = *parsed;
  }
  const auto parameters = protocol::parseParameters(spec, value);
  if (!parameters) return Failure{parameters.error()};
  char text[protocol::kCommandBytesMax];
  const auto encoded = protocol::encodeParameters(*parameters, text);
  if (!encoded) return Failure{FieldError::of("params", Problem::TooLong)};
  return std::string(*encoded);
}

Result<Checked, Refused> check(const CommandRequested& request, const Policy& policy) {
  const protocol::ActionSpec* spec = protocol::findAction(request.action);
  if (spec == nullptr || spec->kind == protocol::ActionKind::Link) {
    return Failure{Refused{Refusal::UnknownAction, FieldError::of("action", Problem::Unknown)}};
  }
  auto params = canonicalParameters(*spec, request.params_json);
  if (!params) return Failure{Refused{Refusal::BadParameter, params.error()}};

  const auto min = wholeSeconds(policy.ttl_min);
  const auto max = wholeSeconds(policy.ttl_max);
  const std::chrono::seconds ttl{request.ttl_s.value_or(wholeSeconds(spec->default_ttl).count())};
  if (ttl < min || ttl > max) {
    return Failure{Refused{Refusal::BadTtl, FieldError::outOfRange("ttl", static_cast<double>(min.count()),
                                                                   static_cast<double>(max.count()))}};
  }
  if (request.supersede && spec->subject == protocol::Subject::None) {
    return Failure{Refused{Refusal::BadSupersede, FieldError::of("supersede", Problem::Unsupported)}};
  }
  return Checked{spec, std::move(*params), ttl, request.supersede};
}

// 0 if there is none left.
CommandId nextId(const DeviceRecord& record, const Moment& moment) {
  const UnixTime second = std::max(moment.wall, moment.ids_from);
  const std::int64_t by_time = std::max<std::int64_t>((second - kIdsBegin).count(), 1);
  const std::int64_t id = std::max({std::int64_t{record.last_id} + 1, std::int64_t{record.max_id} + 1, by_time});
  return id <= std::int64_t{protocol::kCommandIdMax} ? static_cast<CommandId>(id) : 0;
}

void queueCommand(Car& car, const CommandRequested& request, Checked checked, CommandId id, const Moment& moment) {
  CommandRecord command;
  command.ccid = car.record.ccid;
  command.id = id;
  command.action = checked.spec->name;
  command.principal = request.principal;
  command.idempotency_key = request.idempotency_key;
  command.request = checked.canonical();
  command.supersedes = checked.supersede;
  command.params_json = std::move(checked.params_json);
  command.created_at = moment.wall;
  command.expires_at = moment.wall + checked.ttl;
  makePromise(car, command, moment);
  car.record.last_id = id;
  moveTo(car.add(std::move(command)), CommandState::Queued, moment);
}

void supersede(Car& car, const protocol::ActionSpec& spec, CommandId id, Moment& moment) {
  const std::string detail = "superseded by " + std::to_string(id);
  for (auto& [older, entry] : car.commands) {
    if (entry.final() || subjectOf(entry.record) != spec.subject) continue;
    happen(car, entry, Happening::Cancel, moment, {.detail = detail});
  }
}

void audit(Moment& moment, const std::string& principal, const char* action, const std::string& ccid,
           std::string detail) {
  moment.actions.mutations.push_back(AddAudit{{moment.wall, principal, action, ccid, std::move(detail)}});
}

}  // namespace

void takeRequest(Car& car, const CommandRequested& request, Moment& moment) {
  const auto refuse = [&](Refusal reason, FieldError field = {}) {
    moment.actions.effects.push_back(CommandRefused{request.token, request.ccid, reason, field});
  };
  const auto accept = [&](CommandId id, bool replayed) {
    moment.actions.effects.push_back(CommandAccepted{request.token, request.ccid, id, replayed});
  };

  auto checked = check(request, moment.policy);
  if (!checked) return refuse(checked.error().reason, checked.error().field);

  if (const auto used = car.keys.find({request.principal, request.idempotency_key}); used != car.keys.end()) {
    if (car.commands.at(used->second).record.request == checked->canonical()) return accept(used->second, true);
    return refuse(Refusal::IdempotencyConflict, FieldError::of("Idempotency-Key", Problem::Duplicate));
  }
  const auto open =
      std::count_if(car.commands.begin(), car.commands.end(), [](const auto& item) { return !item.second.final(); });
  if (static_cast<std::size_t>(open) >= moment.policy.open_commands_max) return refuse(Refusal::TooManyOpen);
  const CommandId id = nextId(car.record, moment);
  if (id == 0) return refuse(Refusal::IdsExhausted);

  const std::string_view action = checked->spec->name;
  audit(moment, request.principal, "command", request.ccid, std::string(action) + ' ' + std::to_string(id));
  if (checked->supersede) supersede(car, *checked->spec, id, moment);
  queueCommand(car, request, std::move(*checked), id, moment);
  // Somebody waits: do not sit out a long pause of the ladder.
  if (car.ladder && car.ladder->next > moment.now + moment.policy.ring_pauses[0]) car.ladder.reset();
  accept(id, false);
}

void takeCancel(Car& car, const CancelRequested& request, Moment& moment) {
  const auto refuse = [&](CancelRefusal reason) {
    moment.actions.effects.push_back(CancelRefused{request.token, request.ccid, request.id, reason});
  };
  const auto found = car.commands.find(request.id);
  if (found == car.commands.end()) return refuse(CancelRefusal::UnknownCommand);
  Entry& entry = found->second;
  const std::string detail = "by " + request.principal;
  const Step step = happen(car, entry, Happening::Cancel, moment, {.detail = detail});
  if (step == Step::Refuse) return refuse(CancelRefusal::OldFirmware);
  if (entry.final() && entry.record.state != CommandState::Cancelled) return refuse(CancelRefusal::Ended);
  audit(moment, request.principal, "cancel", request.ccid, std::to_string(request.id));
  moment.actions.effects.push_back(CancelAccepted{request.token, request.ccid, request.id});
}

}  // namespace smartkar::server
