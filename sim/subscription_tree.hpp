#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "sim/broker_message.hpp"

namespace smartkar::sim {

class BrokerSession;

// Who subscribed to what. Where several subscriptions match a topic they are visited in Mosquitto's order, because
// clients see it: shared ones last, at each level the name itself before "+" before "#", and what lies deeper before
// what ends there.
class SubscriptionTree {
 public:
  struct Subscriber {
    BrokerSession* session;
    SubscriptionOptions options;
  };

  // filter: valid, perhaps shared ("$share/<name>/<filter>"). session: outlives its subscriptions. False: it had
  // subscribed to this before; then QoS and identifier change and, as in Mosquitto 2.0.11, the other options do not.
  bool add(std::string_view filter, BrokerSession& session, const SubscriptionOptions& options);
  // False: there was none.
  bool remove(std::string_view filter, const BrokerSession& session);
  void removeAll(const BrokerSession& session);
  void removeShared(const BrokerSession& session);

  // Every subscription that matches, of each group of shared ones that whose turn it is. local: the session that
  // published, for subscriptions without its own messages. False: nobody subscribed.
  bool visit(std::string_view topic, const BrokerSession* local,
             const std::function<void(const Subscriber& subscriber)>& each);
  bool subscribes(const BrokerSession& session, std::string_view topic) const;

 private:
  using Subscribers = std::vector<Subscriber>;
  struct Group {
    std::string name;
    Subscribers members;  // the first is next
  };
  struct Node {
    std::map<std::string, std::unique_ptr<Node>, std::less<>> children;
    Subscribers subscribers;
    std::vector<Group> groups;
  };

  Node& nodeOf(std::string_view filter);
  static std::vector<Node*> matching(const Node& root, std::string_view topic);
  void forEachNode(Node& node, const std::function<void(Node& node)>& action);

  Node normal_;
  Node shared_;
};

}  // namespace smartkar::sim
