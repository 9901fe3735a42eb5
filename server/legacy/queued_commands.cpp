#include "server/legacy/queued_commands.hpp"

#include <algorithm>

#include "protocol/json_document.hpp"
#include "protocol/json_writer.hpp"
#include "protocol/limits.hpp"

namespace smartkar::server {
namespace {

using protocol::CommandId;
using protocol::JsonValue;

// Old firmware has one command at a time; more than that have ended unnoticed.
constexpr std::size_t kCommandsMax = 64;

// Some versions name the whole action, some only what follows the domain.
bool names(const JsonValue& event, const std::string& action) {
  const auto given = event.find("command") ? event.find("command") : event.find("action");
  if (!given) return false;
  return given->equals(action) || given->equals(std::string_view(action).substr(action.find('.') + 1));
}

std::string responseText(CommandId id, bool ok, const JsonValue& event) {
  const auto reason = event.find("reason") ? event.find("reason") : event.find("error");
  char text[protocol::kDevicePayloadBytesMax];
  protocol::JsonWriter writer(text);
  writer.beginObject().key("id").integer(id).key("ok").boolean(ok);
  writer.key("status").string(ok ? "completed" : "failed");
  if (!ok && reason) writer.key("error").string(reason->asCutString<protocol::kErrorTextBytesMax>().view());
  writer.endObject();
  return std::string(writer.text());
}

}  // namespace

void QueuedCommands::sent(CommandId id, std::string_view action) {
  if (commands_.size() >= kCommandsMax) commands_.erase(commands_.begin());
  commands_.push_back({id, std::string(action), false});
}

void QueuedCommands::answered(std::string_view response) {
  protocol::JsonDocument document;
  const auto parsed = document.parse(response);
  if (!parsed) return;
  const auto id = parsed->find("id");
  const auto status = parsed->find("status");
  const auto command = std::find_if(commands_.begin(), commands_.end(),
                                    [&](const Command& one) { return id && id->asInt64() == std::int64_t{one.id}; });
  if (command == commands_.end()) return;
  // Any other answer is one of v2.2, which tells the outcome by another answer.
  if (status && status->equals("queued")) {
    command->queued = true;
  } else {
    commands_.erase(command);
  }
}

std::optional<std::string> QueuedCommands::outcome(std::string_view event) {
  protocol::JsonDocument document;
  const auto parsed = document.parse(event);
  const auto name = parsed ? parsed->find("name") : std::nullopt;
  if (!name) return std::nullopt;
  const bool ok = name->equals("commandCompleted");
  if (!ok && !name->equals("commandFailed")) return std::nullopt;
  const auto command = std::find_if(commands_.begin(), commands_.end(),
                                    [&](const Command& one) { return one.queued && names(*parsed, one.action); });
  if (command == commands_.end()) return std::nullopt;
  std::string response = responseText(command->id, ok, *parsed);
  commands_.erase(command);
  return response;
}

}  // namespace smartkar::server
