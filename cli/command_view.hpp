#pragma once

#include <string>

#include "cli/api.hpp"

namespace smartkar::cli {

// Turns successive versions of one command into the lines that tell its story, each step once.
class CommandView {
 public:
  // Lines (each with its line end) for what is new. elapsed: seconds since the command was handed in.
  std::string update(const Command& command, double elapsed);
  // The steps so far are not to be shown.
  void skip(const Command& command) { steps_shown_ = command.history.size(); }

 private:
  std::size_t steps_shown_ = 0;
  bool unconfirmed_ = false;
  bool cancel_requested_ = false;
};

// "command 178  vehicle.startCharging targetSoc=80  for 8949…, expires in 6 h"
std::string commandTitle(const Command& command);
// "sent", "unconfirmed", "sent, cancel requested": where it stands.
std::string standingText(const Command& command);
// "in_progress    charger_check": state, then what explains it.
std::string stepText(const Step& step);
// "completed after 31.2 s", "failed after 3.0 s: vehicle did not wake up". Only for a final command.
std::string outcomeText(const Command& command, double elapsed);

}  // namespace smartkar::cli
