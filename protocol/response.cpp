#include "protocol/response.hpp"

#include <algorithm>
#include <array>

#include "protocol/field_reader.hpp"
#include "protocol/json_writer.hpp"
#include "protocol/mac.hpp"

namespace smartkar::protocol {
namespace {

// In the order of ResponseStatus and Stage.
constexpr std::array<std::string_view, 11> kStatusNames = {"in_progress", "completed",      "failed",     "busy",
                                                           "error",       "not_supported",  "expired",    "cancelled",
                                                           "unknown",     "never_received", "id_conflict"};
constexpr std::array<std::string_view, 5> kStageNames = {"accepted", "requesting_wake", "waiting_for_wake",
                                                         "updating_profile", "sending_command"};
// Members that are not part of the result.
constexpr std::array<std::string_view, 16> kKnown = {
    "id",   "ok",    "status", "stage", "error", "elapsedMs", "currentCommand", "cancel", "contact", "action",
    "part", "parts", "try",    "boot",  "seq",   "mac"};
constexpr std::string_view kTooLate = "too_late";
constexpr std::int64_t kElapsedMax = 1LL << 53;  // what every JSON reader keeps exactly

// v2.1 named what has not ended yet differently (v2.2 document, section on v2.1 compatibility).
bool isOldInProgress(JsonValue status) { return status.equals("queued") || status.equals("pending"); }

void writeCurrentCommand(JsonWriter& writer, const CurrentCommand& current) {
  writer.key("currentCommand").beginObject();
  writer.key("id").integer(current.id);
  writer.key("action").string(current.action);
  if (current.stage) writer.key("stage").string(stageName(*current.stage));
  if (current.elapsed_ms) writer.key("elapsedMs").integer(*current.elapsed_ms);
  writer.endObject();
}

// Only tells people what is in the way, so one that is not in order is left out.
std::optional<CurrentCommand> readCurrentCommand(JsonValue message) {
  const auto object = message.find("currentCommand");
  if (!object || !object->isObject()) return std::nullopt;
  FieldReader reader(*object);
  CurrentCommand current;
  current.id = reader.identifier("id").value_or(0);
  current.action = reader.text<kActionBytesMax>("action");
  current.stage = stageFromName(reader.text<kValueTextBytesMax>("stage"));
  current.elapsed_ms = reader.integer("elapsedMs", 0, kElapsedMax);
  if (reader.error() || current.id == 0) return std::nullopt;
  return current;
}

bool readTooLate(JsonValue message, FieldReader& reader) {
  const auto cancel = message.find("cancel");
  if (!cancel) return false;
  if (!cancel->equals(kTooLate)) reader.fail(FieldError::of("cancel", Problem::Unknown));
  return true;
}

Part readPart(FieldReader& reader) {
  Part part;
  const auto count = reader.integer("parts", 2, kPartsMax);
  if (count) {
    part.count = static_cast<std::uint32_t>(*count);
    reader.require("part");
  }
  if (const auto number = reader.integer("part", 1, part.count)) part.number = static_cast<std::uint32_t>(*number);
  return part;
}

// The short form of v2.2 has no status: `ok` says it all.
ResponseStatus readStatus(JsonValue message, FieldReader& reader) {
  const auto status = message.find("status");
  if (!status) {
    reader.require("ok");
    return reader.boolean("ok").value_or(false) ? ResponseStatus::Completed : ResponseStatus::Error;
  }
  if (isOldInProgress(*status)) return ResponseStatus::InProgress;
  const auto known = statusFromName(reader.text<kValueTextBytesMax>("status"));
  if (!known) reader.fail(FieldError::of("status", Problem::Unknown));
  return known.value_or(ResponseStatus::Error);
}

// Old firmware may explain itself at any length, so a long text is cut.
FixedString<kErrorTextBytesMax> readErrorText(JsonValue message, FieldReader& reader) {
  const auto text = message.find("error");
  if (!text) return {};
  if (!text->isString()) reader.fail(FieldError::wrongType("error", FieldType::String));
  return text->asCutString<kErrorTextBytesMax>();
}

// Gathers the members that are not in kKnown into one object.
Result<std::string_view, EncodeError> gatherResult(JsonValue message, std::span<char> memory) {
  JsonWriter writer(memory);
  bool any = false;
  for (const auto& member : message.members()) {
    const auto is_key = [&](std::string_view name) { return member.key.equals(name); };
    if (std::any_of(kKnown.begin(), kKnown.end(), is_key)) continue;
    if (!any) writer.beginObject();
    any = true;
    const std::string_view key = member.key.raw();
    const std::string_view value = member.value.raw();
    writer.raw({key.data(), static_cast<std::size_t>(value.data() + value.size() - key.data())});
  }
  if (any) writer.endObject();
  return writer.finish();
}

template <class Enum, std::size_t N>
std::optional<Enum> fromName(const std::array<std::string_view, N>& names, std::string_view name) {
  const auto found = std::find(names.begin(), names.end(), name);
  if (found == names.end()) return std::nullopt;
  return static_cast<Enum>(found - names.begin());
}

}  // namespace

std::string_view statusName(ResponseStatus status) { return kStatusNames[static_cast<std::size_t>(status)]; }
std::string_view stageName(Stage stage) { return kStageNames[static_cast<std::size_t>(stage)]; }
std::optional<ResponseStatus> statusFromName(std::string_view name) {
  return fromName<ResponseStatus>(kStatusNames, name);
}
std::optional<Stage> stageFromName(std::string_view name) { return fromName<Stage>(kStageNames, name); }

bool isOk(ResponseStatus status) { return status == ResponseStatus::InProgress || status == ResponseStatus::Completed; }

bool isFinal(ResponseStatus status) {
  return status != ResponseStatus::InProgress && status != ResponseStatus::Busy &&
         status != ResponseStatus::NeverReceived;
}

Result<std::string_view, EncodeError> encodeResponse(const Response& response, std::span<char> out) {
  if (response.id == 0 || response.id > kCommandIdMax) return Failure{EncodeError::Invalid};
  JsonWriter writer(out.first(std::min(out.size(), kDevicePayloadBytesMax)));
  writer.beginObject();
  writer.key("id").integer(response.id);
  writer.key("ok").boolean(isOk(response.status));
  writer.key("status").string(statusName(response.status));
  if (response.stage) writer.key("stage").string(stageName(*response.stage));
  if (!response.error.empty()) writer.key("error").string(response.error);
  if (response.elapsed_ms) writer.key("elapsedMs").integer(*response.elapsed_ms);
  if (response.current_command) writeCurrentCommand(writer, *response.current_command);
  if (response.too_late) writer.key("cancel").string(kTooLate);
  if (response.contact) writer.key("contact").integer(*response.contact);
  if (!response.action.empty()) writer.key("action").string(response.action);
  if (!response.part.whole())
    writer.key("part").integer(response.part.number).key("parts").integer(response.part.count);
  if (response.attempt) writer.key("try").integer(*response.attempt);
  if (response.boot) writer.key("boot").integer(*response.boot);
  if (response.seq) writer.key("seq").integer(*response.seq);
  writer.members(response.result);
  endWithMac(writer);
  return writer.finish();
}

Result<Response, FieldError> decodeResponse(std::string_view text, JsonDocument& document,
                                            std::span<char> result_memory) {
  const auto root = parseFromCar(text, document);
  if (!root) return Failure{root.error()};
  const auto message = unwrapEnvelope(*root, "response");
  if (!message) return Failure{message.error()};

  FieldReader reader(*message);
  Response response;
  reader.require("id");
  response.id = reader.identifier("id").value_or(0);
  response.status = readStatus(*message, reader);
  const auto stage = reader.text<kValueTextBytesMax>("stage");
  response.stage = stageFromName(stage);
  if (!response.stage) response.unknown_stage = stage;
  response.error = readErrorText(*message, reader);
  response.elapsed_ms = reader.integer("elapsedMs", 0, kElapsedMax);
  response.current_command = readCurrentCommand(*message);
  response.too_late = readTooLate(*message, reader);
  response.contact = reader.identifier("contact");
  response.action = reader.text<kActionBytesMax>("action");
  response.part = readPart(reader);
  response.attempt = reader.counter("try");
  response.boot = reader.counter("boot");
  response.seq = reader.counter("seq");
  if (reader.error()) return Failure{*reader.error()};

  const auto result = gatherResult(*message, result_memory);
  if (!result) return Failure{FieldError::of("", Problem::TooLong)};
  response.result = *result;
  return response;
}

}  // namespace smartkar::protocol
