#include "protocol/event.hpp"

#include <algorithm>
#include <array>

#include "protocol/field_reader.hpp"
#include "protocol/json_writer.hpp"
#include "protocol/mac.hpp"

namespace smartkar::protocol {
namespace {

constexpr int kDetailDecimals = 3;
constexpr std::array<std::string_view, 6> kMembers = {"domain", "name", "ts", "boot", "seq", "mac"};

bool isMember(std::string_view name) { return std::find(kMembers.begin(), kMembers.end(), name) != kMembers.end(); }

bool valid(const Event& event) {
  return !event.domain.empty() && !event.name.empty() &&
         std::none_of(event.details.begin(), event.details.end(),
                      [](const EventDetail& detail) { return isMember(detail.name); });
}

void readDetails(JsonValue message, Event& event) {
  for (const auto& member : message.members()) {
    const auto name = member.key.asString<kValueTextBytesMax>();
    const auto value = Value::fromJson(member.value);
    if (!name || !value || isMember(*name)) continue;
    if (!event.details.push({*name, *value})) return;
  }
}

}  // namespace

Result<std::string_view, EncodeError> encodeEvent(const Event& event, std::span<char> out) {
  if (!valid(event)) return Failure{EncodeError::Invalid};
  JsonWriter writer(out.first(std::min(out.size(), kDevicePayloadBytesMax)));
  writer.beginObject();
  writer.key("domain").string(event.domain);
  writer.key("name").string(event.name);
  for (const EventDetail& detail : event.details) {
    writer.key(detail.name);
    detail.value.write(writer, kDetailDecimals);
  }
  if (event.time) writer.key("ts").integer(unixSeconds(*event.time));
  if (event.boot) writer.key("boot").integer(*event.boot);
  if (event.seq) writer.key("seq").integer(*event.seq);
  endWithMac(writer);
  return writer.finish();
}

Result<Event, FieldError> decodeEvent(std::string_view text, JsonDocument& document) {
  const auto root = parseFromCar(text, document);
  if (!root) return Failure{root.error()};
  const auto message = unwrapEnvelope(*root, "event");
  if (!message) return Failure{message.error()};
  FieldReader reader(*message);
  Event event;
  reader.require("domain");
  reader.require("name");
  event.domain = reader.text<kValueTextBytesMax>("domain");
  event.name = reader.text<kValueTextBytesMax>("name");
  event.time = reader.time("ts");
  event.boot = reader.counter("boot");
  event.seq = reader.counter("seq");
  if (reader.error()) return Failure{*reader.error()};
  readDetails(*message, event);
  return event;
}

}  // namespace smartkar::protocol
