#pragma once

#include <string>
#include <string_view>

#include "modem_sim/modem.hpp"

namespace smartkar::modem_sim {

// What a control command may touch besides the modem.
class HostSwitch {
 public:
  virtual ~HostSwitch() = default;
  // The host says itself whether it sleeps.
  virtual void setHostAsleep(bool asleep) = 0;
};

// Carries out one line of the control protocol (see controlHelp()). Returns "ok", "error: …" or one line of JSON.
std::string runControlCommand(Modem& modem, HostSwitch& host, std::string_view line, Instant now);

// One line for each command and each switch.
std::string controlHelp();

// One line of JSON.
std::string stateJson(const ModemState& state);
std::string chargeJson(const Charge& charge);

}  // namespace smartkar::modem_sim
