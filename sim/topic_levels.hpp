#pragma once

#include <string_view>
#include <vector>

namespace smartkar::sim {

// "a//b" has the levels "a", "" and "b".
inline std::vector<std::string_view> topicLevels(std::string_view topic) {
  std::vector<std::string_view> levels;
  for (;;) {
    const std::size_t end = topic.find('/');
    levels.push_back(topic.substr(0, end));
    if (end == std::string_view::npos) return levels;
    topic.remove_prefix(end + 1);
  }
}

}  // namespace smartkar::sim
