#include "sim/subscription_tree.hpp"

#include <algorithm>
#include <span>

#include "mqtt/topic.hpp"
#include "sim/topic_levels.hpp"

namespace smartkar::sim {
namespace {

constexpr std::string_view kSharePrefix = "$share/";

// Empty: not shared.
std::string_view shareName(std::string_view filter) {
  if (!filter.starts_with(kSharePrefix)) return {};
  filter.remove_prefix(kSharePrefix.size());
  return filter.substr(0, filter.find('/'));
}

auto of(const BrokerSession& session) {
  return [&session](const SubscriptionTree::Subscriber& subscriber) { return subscriber.session == &session; };
}

bool addTo(std::vector<SubscriptionTree::Subscriber>& all, BrokerSession& session, const SubscriptionOptions& options) {
  const auto known = std::ranges::find_if(all, of(session));
  if (known == all.end()) {
    all.push_back({&session, options});
    return true;
  }
  known->options.qos = options.qos;
  known->options.identifier = options.identifier;
  return false;
}

template <class Node>
void search(const Node& node, std::span<const std::string_view> levels, bool wildcards, std::vector<Node*>& found) {
  const auto descend = [&](std::string_view name) {
    const auto child = node.children.find(name);
    if (child == node.children.end()) return;
    search(*child->second, levels.subspan(1), true, found);
    if (levels.size() == 1) found.push_back(child->second.get());
  };
  if (!levels.empty()) {
    descend(levels.front());
    if (wildcards) descend("+");
  }
  const auto rest = node.children.find("#");
  if (wildcards && rest != node.children.end()) found.push_back(rest->second.get());
}

}  // namespace

bool SubscriptionTree::add(std::string_view filter, BrokerSession& session, const SubscriptionOptions& options) {
  Node& node = nodeOf(filter);
  const std::string_view share = shareName(filter);
  if (share.empty()) return addTo(node.subscribers, session, options);
  auto group = std::ranges::find(node.groups, share, &Group::name);
  if (group == node.groups.end()) group = node.groups.insert(group, {std::string(share), {}});
  return addTo(group->members, session, options);
}

bool SubscriptionTree::remove(std::string_view filter, const BrokerSession& session) {
  Node& node = nodeOf(filter);
  const std::string_view share = shareName(filter);
  if (share.empty()) return std::erase_if(node.subscribers, of(session)) > 0;
  const auto group = std::ranges::find(node.groups, share, &Group::name);
  if (group == node.groups.end() || std::erase_if(group->members, of(session)) == 0) return false;
  if (group->members.empty()) node.groups.erase(group);
  return true;
}

void SubscriptionTree::removeAll(const BrokerSession& session) {
  forEachNode(normal_, [&](Node& node) { std::erase_if(node.subscribers, of(session)); });
  removeShared(session);
}

void SubscriptionTree::removeShared(const BrokerSession& session) {
  forEachNode(shared_, [&](Node& node) {
    for (Group& group : node.groups) std::erase_if(group.members, of(session));
    std::erase_if(node.groups, [](const Group& group) { return group.members.empty(); });
  });
}

bool SubscriptionTree::visit(std::string_view topic, const BrokerSession* local,
                             const std::function<void(const Subscriber& subscriber)>& each) {
  bool any = false;
  for (Node* const node : matching(normal_, topic)) {
    any = any || !node->subscribers.empty();
    for (const Subscriber& subscriber : node->subscribers) {
      if (!subscriber.options.no_local || subscriber.session != local) each(subscriber);
    }
  }
  for (Node* const node : matching(shared_, topic)) {
    any = any || !node->groups.empty();
    for (Group& group : node->groups) {
      each(group.members.front());
      std::rotate(group.members.begin(), group.members.begin() + 1, group.members.end());
    }
  }
  return any;
}

bool SubscriptionTree::subscribes(const BrokerSession& session, std::string_view topic) const {
  return std::ranges::any_of(matching(normal_, topic),
                             [&](const Node* node) { return std::ranges::any_of(node->subscribers, of(session)); });
}

SubscriptionTree::Node& SubscriptionTree::nodeOf(std::string_view filter) {
  Node* node = shareName(filter).empty() ? &normal_ : &shared_;
  for (const std::string_view level : topicLevels(mqtt::withoutShareName(filter))) {
    auto& child = node->children[std::string(level)];
    if (!child) child = std::make_unique<Node>();
    node = child.get();
  }
  return *node;
}

std::vector<SubscriptionTree::Node*> SubscriptionTree::matching(const Node& root, std::string_view topic) {
  std::vector<Node*> found;
  search(root, topicLevels(topic), !topic.starts_with('$'), found);
  return found;
}

void SubscriptionTree::forEachNode(Node& node, const std::function<void(Node& node)>& action) {
  action(node);
  for (const auto& [name, child] : node.children) forEachNode(*child, action);
}

}  // namespace smartkar::sim
