#include "protocol/topics.hpp"

#include <algorithm>

namespace smartkar::protocol {
namespace {

constexpr Channel kChannels[] = {Channel::State, Channel::Response, Channel::Event, Channel::Command, Channel::Status};
constexpr std::size_t kLongestChannelName = std::string_view("response").size();

std::optional<Topic> join(std::string_view prefix, std::string_view middle, Channel channel) {
  if (!validTopicPrefix(prefix)) return std::nullopt;
  Topic topic(prefix);
  for (const std::string_view part : {std::string_view("/"), middle, std::string_view("/"), channelName(channel)}) {
    if (!topic.append(part)) return std::nullopt;
  }
  return topic;
}

}  // namespace

std::string_view channelName(Channel channel) {
  switch (channel) {
    case Channel::State:
      return "state";
    case Channel::Response:
      return "response";
    case Channel::Event:
      return "event";
    case Channel::Command:
      return "command";
    case Channel::Status:
      return "status";
  }
  return "";
}

bool validCcid(std::string_view ccid) {
  return ccid.size() >= kCcidDigitsMin && ccid.size() <= kCcidDigitsMax &&
         std::all_of(ccid.begin(), ccid.end(), [](char c) { return c >= '0' && c <= '9'; });
}

bool validTopicPrefix(std::string_view prefix) {
  constexpr std::size_t kBytesMax = kTopicBytesMax - kCcidDigitsMax - kLongestChannelName - 2;
  const auto forbidden = [](char c) { return c == '+' || c == '#' || c == '"' || c <= ' ' || c > '~'; };
  return !prefix.empty() && prefix.size() <= kBytesMax && prefix.front() != '/' && prefix.back() != '/' &&
         std::none_of(prefix.begin(), prefix.end(), forbidden);
}

std::optional<Topic> makeTopic(std::string_view prefix, std::string_view ccid, Channel channel) {
  if (!validCcid(ccid)) return std::nullopt;
  return join(prefix, ccid, channel);
}

std::optional<Topic> makeFilter(std::string_view prefix, Channel channel) { return join(prefix, "+", channel); }

std::optional<ParsedTopic> parseTopic(std::string_view prefix, std::string_view topic) {
  if (topic.size() > kTopicBytesMax || !topic.starts_with(prefix)) return std::nullopt;
  topic.remove_prefix(prefix.size());
  if (!topic.starts_with('/')) return std::nullopt;
  topic.remove_prefix(1);
  const auto slash = topic.find('/');
  if (slash == std::string_view::npos || !validCcid(topic.substr(0, slash))) return std::nullopt;
  for (const Channel channel : kChannels) {
    if (topic.substr(slash + 1) == channelName(channel)) return ParsedTopic{topic.substr(0, slash), channel};
  }
  return std::nullopt;
}

}  // namespace smartkar::protocol
