#pragma once

#include <map>
#include <span>
#include <string>
#include <variant>

#include "server/core/actions.hpp"
#include "server/core/types.hpp"

namespace smartkar::conformance {

// What the server has stored, in memory. A copy is a backup.
class Store {
 public:
  void apply(std::span<const server::Mutation> mutations) {
    for (const server::Mutation& mutation : mutations) {
      std::visit([this](const auto& which) { put(which); }, mutation);
    }
  }
  server::Snapshot snapshot() const {
    server::Snapshot snapshot;
    for (const auto& [ccid, device] : devices_) snapshot.devices.push_back(device);
    for (const auto& [id, command] : commands_) snapshot.commands.push_back(command);
    snapshot.states = states_;
    return snapshot;
  }
  // All commands of the one car, by id.
  const std::map<server::CommandId, server::CommandRecord>& commands() const { return commands_; }

 private:
  void put(const server::PutDevice& mutation) { devices_[mutation.device.ccid] = mutation.device; }
  void put(const server::PutCommand& mutation) { commands_[mutation.command.id] = mutation.command; }
  void put(const server::RecoverCommand& mutation) { commands_.emplace(mutation.command.id, mutation.command); }
  void put(const server::PutState& mutation) {
    for (const auto& [path, field] : mutation.fields) states_[mutation.ccid][path] = field;
  }
  void put(const server::AddEvent&) {}
  void put(const server::AddQuarantine&) {}

  std::map<std::string, server::DeviceRecord> devices_;
  std::map<std::string, server::StateFields> states_;
  std::map<server::CommandId, server::CommandRecord> commands_;
};

}  // namespace smartkar::conformance
