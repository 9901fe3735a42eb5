#include "protocol/sync.hpp"

#include <algorithm>

#include "protocol/field_reader.hpp"
#include "protocol/json_writer.hpp"
#include "protocol/mac.hpp"

namespace smartkar::protocol {
namespace {

constexpr std::string_view kWantState = "state";
constexpr std::string_view kWantJournal = "journal";

JsonWriter commandWriter(std::span<char> out) { return JsonWriter(out.first(std::min(out.size(), kCommandBytesMax))); }

void readOpen(JsonValue open, Sync& sync, FieldReader& reader) {
  if (!open.isArray()) return reader.fail(FieldError::wrongType("open", FieldType::Array));
  for (const JsonValue element : open.elements()) {
    const auto id = readInteger(element, "open", 1, kCommandIdMax);
    if (!id) return reader.fail(id.error());
    if (!sync.open.push(static_cast<CommandId>(*id))) return reader.fail(FieldError::of("open", Problem::TooLong));
  }
}

void readWant(JsonValue want, Sync& sync, FieldReader& reader) {
  if (!want.isArray()) return reader.fail(FieldError::wrongType("want", FieldType::Array));
  for (const JsonValue element : want.elements()) {
    if (element.equals(kWantState)) sync.want_state = true;
    if (element.equals(kWantJournal)) sync.want_journal = true;
  }
}

void writeWant(JsonWriter& writer, const Sync& sync) {
  if (!sync.want_state && !sync.want_journal) return;
  writer.key("want").beginArray();
  if (sync.want_state) writer.string(kWantState);
  if (sync.want_journal) writer.string(kWantJournal);
  writer.endArray();
}

}  // namespace

Result<std::string_view, EncodeError> encodeSync(const Sync& sync, std::span<char> out) {
  if (sync.contact == 0 || sync.contact > kCommandIdMax) return Failure{EncodeError::Invalid};
  JsonWriter writer = commandWriter(out);
  writer.beginObject();
  writer.key("action").string(actionSpec(Action::Sync).name);
  writer.key("contact").integer(sync.contact);
  writer.key("now").integer(unixSeconds(sync.now));
  writer.key("ack").integer(sync.ack);
  writer.key("open").beginArray();
  for (const CommandId id : sync.open) writer.integer(id);
  writer.endArray();
  writeWant(writer, sync);
  if (sync.lost) writer.key("lost").boolean(true);
  endWithMac(writer);
  return writer.finish();
}

Result<Sync, FieldError> decodeSync(const CommandMessage& command) {
  Sync sync;
  FieldReader reader(command.message);
  for (const std::string_view name : {"contact", "now", "ack", "open"}) reader.require(name);
  sync.contact = reader.identifier("contact").value_or(0);
  sync.now = reader.time("now").value_or(UnixTime{});
  sync.ack = reader.counter("ack").value_or(0);
  if (const auto open = command.message.find("open")) readOpen(*open, sync, reader);
  if (const auto want = command.message.find("want")) readWant(*want, sync, reader);
  sync.lost = reader.boolean("lost").value_or(false);
  if (reader.error()) return Failure{*reader.error()};
  return sync;
}

Result<std::string_view, EncodeError> encodeRing(std::optional<UnixTime> expires_at, std::span<char> out) {
  JsonWriter writer = commandWriter(out);
  writer.beginObject();
  writer.key("action").string(actionSpec(Action::Ring).name);
  if (expires_at) writer.key("expiresAt").integer(unixSeconds(*expires_at));
  endWithMac(writer);
  return writer.finish();
}

}  // namespace smartkar::protocol
