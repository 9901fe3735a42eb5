#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "sim/broker_message.hpp"

namespace smartkar::sim {

// The last retained message of each topic, in the order in which Mosquitto hands them to a new subscriber: topics by
// age of their levels, and what "a/#" finds below "a" before "a" itself.
class RetainedMessages {
 public:
  // message: with an empty payload it removes what is kept.
  void store(const BrokerMessage& message);
  // filter: valid, perhaps shared. The messages are valid until the next call of anything here.
  std::vector<const BrokerMessage*> matching(std::string_view filter, Instant now);
  // The broker saved them and started again: levels without messages are forgotten, and with them their age.
  void prune() { prune(root_); }
  void clear() { root_ = Node(); }

 private:
  struct Node {
    std::string name;
    std::optional<BrokerMessage> message;
    std::vector<std::unique_ptr<Node>> children;  // by age
  };
  struct Search {
    Instant now;
    std::vector<const BrokerMessage*> found;
    void take(Node& node);
    void everything(Node& node);
    void below(Node& node, std::span<const std::string_view> levels);
  };

  static bool prune(Node& node);

  Node root_;
};

}  // namespace smartkar::sim
