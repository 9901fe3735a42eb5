#pragma once

#include <string_view>

#include "modem_sim/program/simulator.hpp"
#include "modem_sim/transcript/host_script.hpp"

namespace smartkar::modem_sim {

// A modem with a script instead of a processor at its serial port.
class ScriptedModem : public LoopMember, private Host, private HostSwitch, private Wires {
 public:
  // begin: when the script starts. The supply is on from the start.
  ScriptedModem(const SimulatorOptions& options, Transcript script, Instant begin);

  std::vector<pollfd> wanted() const override;
  Instant deadline() const override;
  void turn(const std::vector<pollfd>& polled) override;

 private:
  void onUart(std::string_view bytes) override;
  void onRi(bool) override {}
  void setHostAsleep(bool asleep) override { modem_.setHostAwake(!asleep, programTime()); }
  void send(std::string_view bytes) override { modem_.uartIn(bytes, programTime()); }
  void control(std::string_view command) override { runControlCommand(modem_, *this, command, programTime()); }

  SocketNetwork network_;
  Modem modem_;
  HostScript script_;
};

}  // namespace smartkar::modem_sim
