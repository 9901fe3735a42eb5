#include "server/core/telemetry.hpp"

#include <algorithm>
#include <array>

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
  return protocol::compare(now, old) <= 0;
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

}  // namespace

void takeState(Car& car, const MessageReceived& message, Moment& moment) {
  protocol::JsonDocument document;
  const auto decoded = protocol::decodeState(message.payload, document);
  if (!decoded) return quarantine(message, decoded.error().describe(), moment);
  const protocol::StateMessage& state = decoded->state;
  if (decoded->rejected_count > 0) {
    const auto first = decoded->rejected[0].describe();
    moment.remark(car.record.ccid, "state: " + std::to_string(decoded->rejected_count) +
                                       " fields ignored, the first: " + std::string(first.view()));
  }
  if (!message.retained) heard(car, state.time.value_or(moment.wall), state.boot, moment);
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
  if (!message.retained) heard(car, event->time.value_or(moment.wall), event->boot, moment);

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
