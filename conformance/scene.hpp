#pragma once

#include <functional>
#include <map>
#include <set>
#include <stdexcept>
#include <string>

#include "conformance/network.hpp"
#include "conformance/rig.hpp"
#include "conformance/server.hpp"

namespace smartkar::conformance {

// What a step expected did not happen.
class Unexpected : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// One scenario being played: server, network, car and the names of the script.
class Scene {
 public:
  explicit Scene(Rig& car) : rig(car), server(car), network(car.log()) {}

  // Lets time pass, and everything happen that is due.
  void pass(Duration time);
  // The same until the condition holds. False: it does not after that time.
  bool passUntil(const std::function<bool()>& condition, Duration at_most);
  // Hands on everything that is ready, without letting time pass.
  void settle() { pass(Duration(0)); }
  // Ends all faults.
  void heal();

  // Gives a command its name.
  void name(const std::string& name, server::CommandId id) { ids_[name] = id; }
  bool named(const std::string& name) const { return ids_.contains(name); }
  // Throws Unexpected if no command has this name.
  server::CommandId id(const std::string& name) const;
  const server::CommandRecord& command(const std::string& name) const;
  const std::map<std::string, server::CommandId>& names() const { return ids_; }
  // The contact the car is in, as it announced it; 0: none yet.
  std::uint32_t contact() const { return contact_; }

  Rig& rig;
  Server server;
  Network network;
  std::set<std::string> may_be_unknown;

 private:
  bool turn(Instant end);
  void arrive(const Arrival& arrival);
  void hand(const Parcel& parcel);

  std::map<std::string, server::CommandId> ids_;
  std::uint32_t contact_ = 0;
};

}  // namespace smartkar::conformance
