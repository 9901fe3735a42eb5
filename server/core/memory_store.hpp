#pragma once

#include <map>
#include <span>
#include <string>
#include <utility>
#include <variant>

#include "server/core/actions.hpp"
#include "server/core/types.hpp"

namespace smartkar::server {

// What a Fleet wants stored, in memory and only what a Fleet starts from. A copy is a backup.
class MemoryStore {
 public:
  // By (ccid, id).
  using Commands = std::map<std::pair<std::string, CommandId>, CommandRecord>;

  MemoryStore() = default;
  explicit MemoryStore(const Snapshot& begin) : states_(begin.states) {
    for (const DeviceRecord& device : begin.devices) put(PutDevice{device});
    for (const CommandRecord& command : begin.commands) put(PutCommand{command, 0});
  }

  void apply(std::span<const Mutation> mutations) {
    for (const Mutation& mutation : mutations) std::visit([this](const auto& which) { put(which); }, mutation);
  }
  Snapshot snapshot() const {
    Snapshot snapshot;
    for (const auto& [ccid, device] : devices_) snapshot.devices.push_back(device);
    for (const auto& [key, command] : commands_) snapshot.commands.push_back(command);
    snapshot.states = states_;
    return snapshot;
  }
  const Commands& commands() const { return commands_; }

 private:
  void put(const PutDevice& m) { devices_[m.device.ccid] = m.device; }
  void put(const PutCommand& m) { commands_[{m.command.ccid, m.command.id}] = m.command; }
  void put(const RecoverCommand& m) { commands_.try_emplace({m.command.ccid, m.command.id}, m.command); }
  void put(const PutState& m) {
    for (const auto& [path, field] : m.fields) states_[m.ccid][path] = field;
  }
  void put(const AddEvent&) {}
  void put(const AddQuarantine&) {}
  void put(const AddSample&) {}
  void put(const AddPresence&) {}
  void put(const PutToken&) {}
  void put(const AddAudit&) {}

  std::map<std::string, DeviceRecord> devices_;
  std::map<std::string, StateFields> states_;
  Commands commands_;
};

}  // namespace smartkar::server
