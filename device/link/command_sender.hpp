#pragma once

#include "base/arena.hpp"
#include "device/at/at_engine.hpp"
#include "device/at/command_line.hpp"
#include "device/link/server_link.hpp"
#include "device/modem/modem_state.hpp"

namespace smartkar::device {

// What a failure of the modem means to a link.
LinkError linkError(ModemError error);
LinkError linkError(const AtError& error);

// Sends the commands of whatever link is in use: they share one line under construction, as there is one dialogue at a
// time.
class CommandSender {
 public:
  // Both must outlive the object. arena: for the frames of the dialogues.
  CommandSender(AtEngine& at, Arena& arena) : at_(at), arena_(arena) {}

  // For the builders of commands; what is built in it is valid until the next is.
  CommandLine& line() { return line_; }
  AtEngine& at() { return at_; }
  Arena& arena() { return arena_; }

  // Refused: the modem said no. Timeout: what it did is unknown. NoModem: it restarted, or the line was not free.
  Task<Result<void, LinkError>> send(AtCommand command);
  // Where what follows shows what came of it.
  Task<void> trySend(AtCommand command);

 private:
  AtEngine& at_;
  Arena& arena_;
  CommandLine line_;
};

}  // namespace smartkar::device
