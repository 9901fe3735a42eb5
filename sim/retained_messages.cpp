#include "sim/retained_messages.hpp"

#include <algorithm>
#include <utility>

#include "mqtt/topic.hpp"
#include "sim/topic_levels.hpp"

namespace smartkar::sim {

void RetainedMessages::store(const BrokerMessage& message) {
  Node* node = &root_;
  for (const std::string_view level : topicLevels(message.topic)) {
    auto& children = node->children;
    auto child = std::ranges::find(children, level, [](const auto& each) -> std::string_view { return each->name; });
    if (child == children.end()) {
      child = children.insert(child, std::make_unique<Node>());
      (*child)->name = level;
    }
    node = child->get();
  }
  node->message.reset();
  if (!message.payload.empty()) node->message = message;
}

std::vector<const BrokerMessage*> RetainedMessages::matching(std::string_view filter, Instant now) {
  Search search{now, {}};
  search.below(root_, topicLevels(mqtt::withoutShareName(filter)));
  std::erase_if(search.found, [&](const BrokerMessage* message) {
    return !mqtt::matches(mqtt::withoutShareName(filter), message->topic);  // topics with '$' and wildcards
  });
  return std::move(search.found);
}

void RetainedMessages::Search::take(Node& node) {
  if (!node.message) return;
  // Mosquitto counts the last second here, and not when it sends (BrokerOutbox).
  if (node.message->expires != kNever && secondsLeft(*node.message, now) <= 0) {
    node.message.reset();
  } else {
    found.push_back(&*node.message);
  }
}

void RetainedMessages::Search::everything(Node& node) {
  for (const auto& child : node.children) {
    take(*child);
    everything(*child);
  }
}

void RetainedMessages::Search::below(Node& node, std::span<const std::string_view> levels) {
  if (levels.front() == "#") return everything(node);
  for (const auto& child : node.children) {
    if (levels.front() != "+" && levels.front() != child->name) continue;
    if (levels.size() > 1) below(*child, levels.subspan(1));
    if (levels.size() == 1 || levels[1] == "#") take(*child);
  }
}

// True: nothing is left in it.
bool RetainedMessages::prune(Node& node) {
  std::erase_if(node.children, [](const auto& child) { return prune(*child); });
  return !node.message && node.children.empty();
}

}  // namespace smartkar::sim
