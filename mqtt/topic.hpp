#pragma once

#include <string_view>

namespace smartkar::mqtt {

// A name to publish to: 1 to 65,535 bytes of valid UTF-8 without wildcards.
bool isValidTopicName(std::string_view topic);

// A filter to subscribe to: like a name, with wildcards where MQTT 5.0 section 4.7.1 allows them; a filter that begins
// with "$share/" must be a well-formed shared subscription.
bool isValidTopicFilter(std::string_view filter);

// The filter inside "$share/<name>/<filter>"; any other filter unchanged.
std::string_view withoutShareName(std::string_view filter);

// filter: valid, without share name. topic: valid name. Filters that begin with a wildcard match no topic that begins
// with '$'.
bool matches(std::string_view filter, std::string_view topic);

}  // namespace smartkar::mqtt
