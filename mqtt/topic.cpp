#include "mqtt/topic.hpp"

#include <cstddef>

#include "mqtt/utf8.hpp"

namespace smartkar::mqtt {
namespace {

constexpr std::string_view kSharePrefix = "$share/";

// Takes the part up to the next '/' from the front of `rest`. more: whether a '/' followed.
std::string_view takeLevel(std::string_view& rest, bool& more) {
  const std::size_t slash = rest.find('/');
  more = slash != std::string_view::npos;
  const std::string_view level = rest.substr(0, slash);
  rest = more ? rest.substr(slash + 1) : std::string_view();
  return level;
}

// Wildcards stand alone in their level, '#' in the last one [MQTT-4.7.1-1, MQTT-4.7.1-2].
bool wildcardsAreValid(std::string_view filter) {
  for (bool more = true; more;) {
    const std::string_view level = takeLevel(filter, more);
    if (level.find_first_of("+#") == std::string_view::npos) continue;
    if (level.size() != 1 || (level == "#" && more)) return false;
  }
  return true;
}

}  // namespace

bool isValidTopicName(std::string_view topic) {
  return !topic.empty() && topic.find_first_of("+#") == std::string_view::npos && isValidUtf8(topic);
}

bool isValidTopicFilter(std::string_view filter) {
  if (filter.empty() || !isValidUtf8(filter)) return false;
  if (filter.starts_with(kSharePrefix)) {
    const std::string_view rest = filter.substr(kSharePrefix.size());
    const std::size_t slash = rest.find('/');
    // [MQTT-4.8.2-1, MQTT-4.8.2-2]
    if (slash == 0 || slash == std::string_view::npos || slash + 1 == rest.size()) return false;
    if (rest.substr(0, slash).find_first_of("+#") != std::string_view::npos) return false;
    filter = rest.substr(slash + 1);
  }
  return wildcardsAreValid(filter);
}

std::string_view withoutShareName(std::string_view filter) {
  if (!filter.starts_with(kSharePrefix)) return filter;
  const std::size_t slash = filter.find('/', kSharePrefix.size());
  return slash == std::string_view::npos ? std::string_view() : filter.substr(slash + 1);
}

bool matches(std::string_view filter, std::string_view topic) {
  const bool wildcard_first = filter.starts_with('+') || filter.starts_with('#');
  if (wildcard_first && topic.starts_with('$')) return false;  // [MQTT-4.7.2-1]
  bool filter_more = true;
  bool topic_more = true;
  while (filter_more && topic_more) {
    const std::string_view wanted = takeLevel(filter, filter_more);
    if (wanted == "#") return true;
    const std::string_view level = takeLevel(topic, topic_more);
    if (wanted != "+" && wanted != level) return false;
  }
  // "sport/#" also matches "sport", the parent level.
  return filter_more ? filter == "#" : !topic_more;
}

}  // namespace smartkar::mqtt
