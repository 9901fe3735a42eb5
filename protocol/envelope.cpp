#include "protocol/envelope.hpp"

namespace smartkar::protocol {
namespace {

constexpr std::string_view kBegin = R"({"type":")";
constexpr std::string_view kMiddle = R"(","data":)";
constexpr std::string_view kEnd = "}";

bool isObject(std::string_view text) { return text.size() >= 2 && text.front() == '{' && text.back() == '}'; }

std::optional<Channel> findChannel(std::string_view name) {
  for (const auto channel : {Channel::State, Channel::Response, Channel::Event, Channel::Command, Channel::Status}) {
    if (channelName(channel) == name) return channel;
  }
  return std::nullopt;
}

}  // namespace

Result<std::string_view, EncodeError> encodeEnvelope(const Envelope& envelope, std::span<char> out) {
  const std::string_view parts[] = {kBegin, channelName(envelope.channel), kMiddle, envelope.body, kEnd, "\n"};
  std::size_t size = 0;
  for (const std::string_view part : parts) {
    if (part.size() > out.size() - size) return Failure{EncodeError::TooLong};
    size += part.copy(out.data() + size, part.size());
  }
  return std::string_view(out.data(), size);
}

std::optional<Envelope> decodeEnvelope(std::string_view line) {
  if (!line.starts_with(kBegin) || !line.ends_with(kEnd)) return std::nullopt;
  line.remove_prefix(kBegin.size());
  line.remove_suffix(kEnd.size());
  const std::size_t type_end = line.find(kMiddle);
  if (type_end == std::string_view::npos) return std::nullopt;
  const auto channel = findChannel(line.substr(0, type_end));
  const std::string_view body = line.substr(type_end + kMiddle.size());
  if (!channel || !isObject(body)) return std::nullopt;
  return Envelope{*channel, body};
}

}  // namespace smartkar::protocol
