#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/command.hpp"

namespace smartkar::server {

// Finds out which command an event of firmware v2.1 is about. That firmware answers a command of the vehicle with
// `queued` and tells its outcome only by an event that names the action, not the command.
class QueuedCommands {
 public:
  // The command has been sent. action: "vehicle.startCharging".
  void sent(protocol::CommandId id, std::string_view action);
  // response: a body as decodeLegacyLine gives it.
  void answered(std::string_view response);
  // event: a body as decodeLegacyLine gives it. The body of the response that it stands for; nothing: it is about no
  // command that was queued.
  std::optional<std::string> outcome(std::string_view event);

 private:
  struct Command {
    protocol::CommandId id;
    std::string action;
    bool queued;
  };
  std::vector<Command> commands_;  // in the order they were sent
};

}  // namespace smartkar::server
