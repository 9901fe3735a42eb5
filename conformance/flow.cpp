#include "conformance/flow.hpp"

#include <utility>
#include <vector>

#include "protocol/json_document.hpp"
#include "protocol/response.hpp"
#include "protocol/status_message.hpp"

namespace smartkar::conformance {
namespace {

Label labelOfCommand(std::string_view payload, protocol::JsonDocument& document) {
  const auto command = protocol::decodeCommand(payload, document);
  if (!command) return {};
  const protocol::CommandId id = command->id.value_or(0);
  if (command->spec == nullptr) return {Kind::Command, id};
  switch (command->spec->action) {
    case protocol::Action::Ring:
      return {Kind::Ring, 0};
    case protocol::Action::Sync:
      return {Kind::Sync, 0};
    case protocol::Action::Cancel:
      return {Kind::Cancel, id};
    default:
      return {Kind::Command, id};
  }
}

Label labelOfResponse(std::string_view payload, protocol::JsonDocument& document) {
  std::vector<char> memory(payload.size() + 2);
  const auto response = protocol::decodeResponse(payload, document, memory);
  if (!response) return {};
  return {protocol::isFinal(response->status) ? Kind::Outcome : Kind::Answer, response->id};
}

Label labelOfStatus(std::string_view payload, protocol::JsonDocument& document) {
  const auto status = protocol::decodeStatus(payload, document);
  const bool awake = status && status->presence == protocol::Presence::Awake;
  return {awake ? Kind::Announcement : Kind::Farewell, 0};
}

}  // namespace

std::optional<Kind> kindFromWord(std::string_view word) {
  static constexpr std::pair<std::string_view, Kind> kWords[] = {
      {"ring", Kind::Ring},         {"sync", Kind::Sync},       {"command", Kind::Command},
      {"cancel", Kind::Cancel},     {"answer", Kind::Answer},   {"announcement", Kind::Announcement},
      {"farewell", Kind::Farewell}, {"outcome", Kind::Outcome},
  };
  if (word == "everything") return Kind::Anything;
  if (word.ends_with('s')) word.remove_suffix(1);
  for (const auto& [text, kind] : kWords) {
    if (text == word) return kind;
  }
  return std::nullopt;
}

Label labelOf(protocol::Channel channel, std::string_view payload) {
  protocol::JsonDocument document;
  switch (channel) {
    case protocol::Channel::Command:
      return labelOfCommand(payload, document);
    case protocol::Channel::Response:
      return labelOfResponse(payload, document);
    case protocol::Channel::Status:
      return labelOfStatus(payload, document);
    default:
      return {};
  }
}

}  // namespace smartkar::conformance
