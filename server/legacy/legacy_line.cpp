#include "server/legacy/legacy_line.hpp"

#include <algorithm>
#include <array>
#include <initializer_list>
#include <span>

#include "protocol/json_document.hpp"
#include "protocol/json_writer.hpp"
#include "protocol/limits.hpp"
#include "server/legacy/legacy_units.hpp"

namespace smartkar::server {
namespace {

using protocol::Channel;
using protocol::JsonValue;
using protocol::JsonWriter;
using Type = LegacyLine::Type;

// Of a response: what this firmware says with them, old firmware cannot mean.
constexpr std::array<std::string_view, 8> kResponseOurs = {"try",    "boot", "seq",   "contact",
                                                           "action", "part", "parts", "cancel"};
constexpr std::array<std::string_view, 3> kEventOurs = {"ts", "boot", "seq"};

constexpr std::array<Channel, 3> kChannels = {Channel::Response, Channel::State, Channel::Event};

bool isOneOf(const JsonValue& key, std::span<const std::string_view> names) {
  return std::any_of(names.begin(), names.end(), [&](std::string_view name) { return key.equals(name); });
}

// An error of firmware v2.2: it forgets the type when it is busy.
bool isBusy(const JsonValue& data) {
  const auto status = data.find("status");
  return status && status->equals("busy");
}

std::optional<Channel> channelOf(const std::optional<JsonValue>& type, const JsonValue& data) {
  if (!type) return isBusy(data) ? std::optional(Channel::Response) : std::nullopt;
  const auto* const known = std::find_if(kChannels.begin(), kChannels.end(),
                                         [&](Channel channel) { return type->equals(protocol::channelName(channel)); });
  return known != kChannels.end() ? std::optional(*known) : std::nullopt;
}

std::string textOf(const JsonValue& data, std::string_view key) {
  const auto value = data.find(key);
  return value ? std::string(value->asCutString<protocol::kValueTextBytesMax>().view()) : std::string();
}

void writeWithout(const JsonValue& data, std::span<const std::string_view> names, JsonWriter& writer) {
  writer.beginObject();
  for (const auto& [key, value] : data.members()) {
    const auto name = key.asString<protocol::kFieldNameBytesMax>();
    if (!name || isOneOf(key, names)) continue;
    // Some versions call the domain of the profiles by this name.
    const bool old_domain = key.equals("domain") && value.equals("chargingProfile");
    writer.key(name->view());
    writer.raw(old_domain ? R"("profiles")" : value.raw());
  }
  writer.endObject();
}

std::optional<std::string> bodyOf(Channel channel, const JsonValue& data) {
  // Escapes and numbers may become a little longer.
  char text[2 * kLegacyLineBytesMax];
  JsonWriter writer(text);
  if (channel == Channel::State) {
    writeLegacyState(data, writer);
  } else if (channel == Channel::Response) {
    writeWithout(data, kResponseOurs, writer);
  } else {
    writeWithout(data, kEventOurs, writer);
  }
  const auto body = writer.finish();
  return body ? std::optional(std::string(*body)) : std::nullopt;
}

}  // namespace

std::optional<LegacyLine> decodeLegacyLine(std::string_view line) {
  protocol::JsonDocument document;
  const auto message = document.parse(line);
  if (!message || !message->isObject()) return std::nullopt;
  const auto data = message->find("data");
  if (!data || !data->isObject()) return std::nullopt;
  const auto type = message->find("type");
  if (type && type->equals("auth")) return LegacyLine{.type = Type::Auth, .text = textOf(*data, "ccid")};
  if (type && type->equals("bye")) return LegacyLine{.type = Type::Bye, .text = textOf(*data, "reason")};
  const auto channel = channelOf(type, *data);
  auto body = channel ? bodyOf(*channel, *data) : std::nullopt;
  if (!body) return std::nullopt;
  return LegacyLine{.type = Type::Message, .channel = *channel, .text = *std::move(body)};
}

std::string legacyAuthAnswer(std::string_view reason) {
  char text[256];
  JsonWriter writer(text);
  writer.beginObject().key("type").string("auth").key("data").beginObject().key("ok").boolean(reason.empty());
  if (!reason.empty()) writer.key("reason").string(reason);
  writer.endObject().endObject();
  return std::string(writer.text()) + "\n";
}

}  // namespace smartkar::server
