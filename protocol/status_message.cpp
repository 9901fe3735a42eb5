#include "protocol/status_message.hpp"

#include <algorithm>
#include <array>
#include <charconv>

#include "protocol/field_reader.hpp"
#include "protocol/mac.hpp"

namespace smartkar::protocol {
namespace {

// In the order of OfflineReason.
constexpr std::array<std::string_view, 5> kReasonNames = {"sleep", "shutdown", "reboot", "low_battery", "budget"};
constexpr std::size_t kJournalDigitsMax = 8;

std::optional<OfflineReason> reasonFromName(std::string_view name) {
  const auto found = std::find(kReasonNames.begin(), kReasonNames.end(), name);
  if (found == kReasonNames.end()) return std::nullopt;
  return static_cast<OfflineReason>(found - kReasonNames.begin());
}

void writeAwake(JsonWriter& writer, const StatusMessage& status) {
  if (status.contact) writer.key("contact").integer(*status.contact);
  if (!status.wake_cause.empty()) writer.key("wakeCause").string(status.wake_cause);
  if (status.journal) {
    std::array<char, kJournalDigitsMax> digits;
    const auto [end, error] = std::to_chars(digits.data(), digits.data() + digits.size(), *status.journal, 16);
    writer.key("journal").string({digits.data(), static_cast<std::size_t>(end - digits.data())});
  }
  if (status.max_id) writer.key("maxId").integer(*status.max_id);
  if (!status.capabilities.empty()) {
    writer.key("caps").beginArray();
    for (const auto& capability : status.capabilities) writer.string(capability);
    writer.endArray();
  }
  if (!status.firmware.empty()) writer.key("fw").string(status.firmware);
  if (!status.link.empty()) writer.key("link").string(status.link);
}

void writeAsleep(JsonWriter& writer, const StatusMessage& status) {
  if (status.reason) writer.key("reason").string(offlineReasonName(*status.reason));
  if (status.next_wake) writer.key("nextWake").integer(unixSeconds(*status.next_wake));
}

std::optional<std::uint32_t> readJournal(JsonValue message, FieldReader& reader) {
  const auto digits = reader.text<kJournalDigitsMax>("journal");
  if (!message.find("journal") || reader.error()) return std::nullopt;
  std::uint32_t epoch = 0;
  const char* const end = digits.view().data() + digits.size();
  const auto [stopped, error] = std::from_chars(digits.view().data(), end, epoch, 16);
  if (error == std::errc() && stopped == end) return epoch;
  reader.fail(FieldError::of("journal", Problem::Malformed));
  return std::nullopt;
}

void readCapabilities(JsonValue message, StatusMessage& status, FieldReader& reader) {
  const auto list = message.find("caps");
  if (!list) return;
  if (!list->isArray()) return reader.fail(FieldError::wrongType("caps", FieldType::Array));
  for (const JsonValue element : list->elements()) {
    const auto capability = element.asString<16>();
    // What this version has never heard of it cannot use either.
    if (!capability || !status.capabilities.push(*capability)) continue;
  }
}

void readAwake(JsonValue message, StatusMessage& status, FieldReader& reader) {
  status.presence = Presence::Awake;
  status.contact = reader.identifier("contact");
  status.wake_cause = reader.text<kValueTextBytesMax>("wakeCause");
  status.journal = readJournal(message, reader);
  if (const auto id = reader.integer("maxId", 0, kCommandIdMax)) status.max_id = static_cast<CommandId>(*id);
  readCapabilities(message, status, reader);
  status.firmware = reader.text<32>("fw");
  status.link = reader.text<8>("link");
}

void readOffline(JsonValue message, StatusMessage& status, FieldReader& reader) {
  if (!message.find("reason")) return;
  status.presence = Presence::Asleep;
  status.reason = reasonFromName(reader.text<kValueTextBytesMax>("reason"));
  status.next_wake = reader.time("nextWake");
}

Result<StatusMessage, FieldError> readStatus(std::string_view text, JsonDocument& document) {
  const auto message = parseFromCar(text, document);
  if (!message) return Failure{message.error()};
  FieldReader reader(*message);
  StatusMessage status;
  reader.require("online");
  const bool online = reader.boolean("online").value_or(false);
  status.boot = reader.counter("boot");
  status.conn = reader.counter("conn");
  status.seq = reader.counter("seq");
  status.timestamp = reader.time("timestamp");
  if (online) {
    readAwake(*message, status, reader);
  } else {
    readOffline(*message, status, reader);
  }
  if (reader.error()) return Failure{*reader.error()};
  return status;
}

}  // namespace

std::string_view offlineReasonName(OfflineReason reason) { return kReasonNames[static_cast<std::size_t>(reason)]; }

Result<std::string_view, EncodeError> encodeStatus(const StatusMessage& status, std::span<char> out) {
  JsonWriter writer(out.first(std::min(out.size(), kDevicePayloadBytesMax)));
  writer.beginObject().key("online").boolean(status.presence == Presence::Awake);
  if (status.presence == Presence::Asleep) writeAsleep(writer, status);
  if (status.timestamp) writer.key("timestamp").integer(unixSeconds(*status.timestamp));
  if (status.boot) writer.key("boot").integer(*status.boot);
  if (status.conn) writer.key("conn").integer(*status.conn);
  if (status.seq) writer.key("seq").integer(*status.seq);
  if (status.presence == Presence::Awake) writeAwake(writer, status);
  endWithMac(writer);
  return writer.finish();
}

Result<std::string_view, EncodeError> encodeWill(std::uint32_t boot, std::uint32_t conn, std::span<char> out) {
  StatusMessage will;
  will.presence = Presence::Will;
  will.boot = boot;
  will.conn = conn;
  return encodeStatus(will, out);
}

Result<StatusMessage, FieldError> decodeStatus(std::string_view text, JsonDocument& document) {
  text = trimmed(text);
  if (text == "offline") return StatusMessage{};
  if (!text.starts_with("{\\\"")) return readStatus(text, document);
  FixedString<kDevicePayloadBytesMax> plain;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text.substr(i).starts_with("\\\"")) continue;
    if (!plain.append(text[i])) return Failure{FieldError::of("", Problem::TooLong)};
  }
  return readStatus(plain, document);
}

}  // namespace smartkar::protocol
