#include "protocol/command.hpp"

#include <algorithm>

#include "base/crc32.hpp"
#include "protocol/field_reader.hpp"
#include "protocol/mac.hpp"

namespace smartkar::protocol {
namespace {

constexpr std::int64_t kAttemptMax = 1000;

std::uint32_t fingerprintOf(JsonValue message) {
  std::uint32_t sum = 0;
  for (const auto& member : message.members()) {
    if (member.key.equals("contact") || member.key.equals("try") || member.key.equals("mac")) continue;
    sum = crc32(member.key.raw(), sum);
    sum = crc32(std::string_view(":"), sum);
    sum = crc32(member.value.raw(), sum);
    sum = crc32(std::string_view(","), sum);
  }
  return sum;
}

bool needsId(const ActionSpec& spec) { return spec.action != Action::Ring && spec.action != Action::Sync; }

CommandMessage readFields(FieldReader& reader, JsonValue message) {
  CommandMessage command;
  command.message = message;
  command.has_mac = message.find("mac").has_value();
  command.id = reader.identifier("id");
  reader.require("action");
  command.action = reader.text<kActionBytesMax>("action");
  command.spec = findAction(command.action);
  if (command.spec == nullptr || needsId(*command.spec)) reader.require("id");
  command.expires_at = reader.time("expiresAt");
  command.contact = reader.identifier("contact");
  if (const auto attempt = reader.integer("try", 1, kAttemptMax)) {
    command.attempt = static_cast<std::uint32_t>(*attempt);
  }
  return command;
}

}  // namespace

Result<CommandMessage, CommandError> decodeCommand(std::string_view text, JsonDocument& document) {
  text = trimmed(text);
  if (text.size() > kCommandBytesMax) return Failure{CommandError{FieldError::of("", Problem::TooLong), {}}};
  const auto message = parseObject(text, document);
  if (!message) return Failure{CommandError{message.error(), {}}};
  if (message->find("mac")) {
    const auto problem = checkMac(text);
    // After a checksum error the id is as doubtful as the rest: answering it could end another command.
    if (problem == Problem::BadMac) return Failure{CommandError{FieldError::of("mac", *problem), {}}};
    if (problem) return Failure{CommandError{FieldError::of("mac", *problem), FieldReader(*message).identifier("id")}};
  }
  FieldReader reader(*message);
  CommandMessage command = readFields(reader, *message);
  // What belongs to a contact has a mac: noise has damaged its name, and who knows what else.
  if (command.contact && !command.has_mac) return Failure{CommandError{FieldError::of("mac", Problem::Missing), {}}};
  if (reader.error()) return Failure{CommandError{*reader.error(), command.id}};
  command.fingerprint = fingerprintOf(*message);
  return command;
}

Result<std::string_view, EncodeError> encodeCommand(const CommandOut& command, std::span<char> out) {
  if (command.id == 0 || command.id > kCommandIdMax) return Failure{EncodeError::Invalid};
  JsonWriter writer(out.first(std::min(out.size(), kCommandBytesMax)));
  writer.beginObject();
  writer.key("id").integer(command.id);
  writer.key("action").string(command.action);
  writer.members(command.params_json);
  if (command.expires_at) writer.key("expiresAt").integer(unixSeconds(*command.expires_at));
  if (command.contact) writer.key("contact").integer(*command.contact);
  if (command.attempt) writer.key("try").integer(*command.attempt);
  endWithMac(writer);
  return writer.finish();
}

Result<std::string_view, EncodeError> encodeCancel(CommandId id, ContactNonce contact, std::span<char> out) {
  CommandOut cancel;
  cancel.id = id;
  cancel.action = actionSpec(Action::Cancel).name;
  cancel.contact = contact;
  return encodeCommand(cancel, out);
}

}  // namespace smartkar::protocol
