#include "server/core/telemetry.hpp"

#include <algorithm>
#include <array>
#include <compare>

#include "protocol/event.hpp"
#include "protocol/json_writer.hpp"
#include "protocol/stamp.hpp"
#include "protocol/state.hpp"
#include "protocol/topics.hpp"
#include "server/core/presence.hpp"

namespace smartkar::server {
namespace {

// What encodeEvent keeps of a number.
constexpr int kEventDecimals = 3;

// True if what is known is from the same message or a later one.
bool notNewer(const StateField& known, const protocol::StateMessage& state) {
  const protocol::Stamp old{{}, known.boot, {}, known.seq};
  const protocol::Stamp now{{}, state.boot, {}, state.seq};
  return std::is_lteq(protocol::compare(now, old));
}

std::string valueJson(const protocol::Value& value, int decimals) {
  char text[8 * protocol::kValueTextBytesMax];  // an escaped byte takes six
  protocol::JsonWriter writer(text);
  value.write(writer, decimals);
  const auto json = writer.finish();
  return json ? std::string(*json) : "null";
}

// Made once: every message names several.
const std::string& pathOf(protocol::Field field) {
  static const auto kPaths = [] {
    std::array<std::string, protocol::kFieldCount> paths;
    for (const protocol::FieldSpec& spec : protocol::allFields()) {
      paths[static_cast<std::size_t>(spec.field)].append(spec.domain).append(".").append(spec.name);
    }
    return paths;
  }();
  return kPaths[static_cast<std::size_t>(field)];
}

void appendMember(std::string& object, std::string_view name, std::string_view json) {
  if (!object.empty()) object += ',';
  object.append("\"").append(name).append("\":").append(json);
}

std::string detailsJson(const protocol::Event& event) {
  char text[protocol::kDevicePayloadBytesMax];
  protocol::JsonWriter writer(text);
  writer.beginObject();
  for (const auto& detail : event.details) detail.value.write(writer.key(detail.name), kEventDecimals);
  writer.endObject();
  const auto json = writer.finish();
  return json ? std::string(*json) : "{}";
}

// Enters a message into the row that states and events share.
Arrival arrived(Car& car, std::optional<std::uint32_t> boot, std::optional<std::uint32_t> seq, Moment& moment) {
  if (!boot || !seq) return {};
  const Arrival arrival = enter(car.record.reception, *boot, *seq);
  if (arrival.missing > 0) {
    moment.remark(car.record.ccid, std::to_string(arrival.missing) + " messages before number " + std::to_string(*seq) +
                                       " of boot " + std::to_string(*boot) + " are missing");
  }
  return arrival;
}

void note(const Car& car, const Arrival& arrival, std::size_t refused_fields, Moment& moment) {
  if (arrival.missing == 0 && !arrival.late && !arrival.repeated && refused_fields == 0) return;
  moment.actions.effects.emplace_back(TelemetryNoted{car.record.ccid, arrival, refused_fields});
}

// Why single fields of a state are refused.
std::string reasonOf(const protocol::DecodedState& decoded) {
  std::string reason = "only these fields: ";
  for (const protocol::FieldError& error : decoded.rejected) {
    if (&error != &decoded.rejected[0]) reason += "; ";
    reason += error.describe().view();
  }
  const std::size_t untold = decoded.rejected_count - decoded.rejected.size();
  if (untold > 0) reason.append("; and ").append(std::to_string(untold)).append(" more");
  return reason;
}

}  // namespace

void takeState(Car& car, const MessageReceived& message, Moment& moment) {
  protocol::JsonDocument document;
  const auto decoded = protocol::decodeState(message.payload, document);
  if (!decoded) return quarantine(message, decoded.error().describe(), moment);
  const protocol::StateMessage& state = decoded->state;
  if (decoded->rejected_count > 0) quarantine(message, reasonOf(*decoded), moment);
  if (!message.retained) note(car, arrived(car, state.boot, state.seq, moment), decoded->rejected_count, moment);
  heard(car, message, state.time, state.boot, moment);
  // Once a sync has asked for it.
  if (car.contact && !car.contact->sync_due) car.state_wanted = false;
  std::string sample;
  for (const auto& [field, value] : state.values) {
    const std::string& path = pathOf(field);
    StateField& known = car.state[path];
    if (notNewer(known, state)) continue;
    known = StateField{valueJson(value, protocol::fieldSpec(field).decimals), state.boot, state.seq, moment.wall};
    car.state_changes[path] = known;
    appendMember(sample, path, known.json);
  }
  if (sample.empty()) return;
  const UnixTime at = std::min(state.time.value_or(moment.wall), moment.wall);
  moment.actions.mutations.push_back(AddSample{{car.record.ccid, at, "{" + sample + "}"}});
}

void takeEvent(Car& car, const MessageReceived& message, Moment& moment) {
  protocol::JsonDocument document;
  const auto event = protocol::decodeEvent(message.payload, document);
  if (!event) return quarantine(message, event.error().describe(), moment);
  if (!message.retained) note(car, arrived(car, event->boot, event->seq, moment), 0, moment);
  heard(car, message, event->time, event->boot, moment);

  EventRecord record;
  record.ccid = car.record.ccid;
  record.domain = std::string(event->domain.view());
  record.name = std::string(event->name.view());
  record.details_json = detailsJson(*event);
  record.time = event->time;
  record.received_at = moment.wall;
  record.journal = car.record.journal;
  record.boot = event->boot;
  record.seq = event->seq;
  moment.actions.mutations.push_back(AddEvent{record});
  moment.actions.effects.push_back(EventHappened{std::move(record)});
}

void forgetStateOrder(Car& car) {
  car.record.reception.boot.reset();
  for (auto& [path, field] : car.state) {
    field.boot.reset();
    field.seq.reset();
    car.state_changes[path] = field;
  }
}

void quarantine(const MessageReceived& message, std::string_view reason, Moment& moment) {
  const std::string channel(protocol::channelName(message.channel));
  moment.actions.mutations.push_back(
      AddQuarantine{{message.ccid, channel, message.payload.substr(0, 2 * protocol::kDevicePayloadBytesMax),
                     std::string(reason), moment.wall}});
  moment.remark(message.ccid, channel + " message refused: " + std::string(reason));
}

}  // namespace smartkar::server
