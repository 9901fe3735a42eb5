#pragma once

#include <cstdint>
#include <string>

#include "modem_sim/control_commands.hpp"
#include "modem_sim/modem.hpp"
#include "modem_sim/program/control_server.hpp"
#include "modem_sim/program/event_loop.hpp"
#include "modem_sim/program/pty.hpp"
#include "modem_sim/program/socket_network.hpp"
#include "modem_sim/program/uart_log.hpp"

namespace smartkar::modem_sim {

struct SimulatorOptions {
  Config modem;
  std::uint64_t seed = 1;
  bool powered = false;  // the modem runs from the start
  bool log = false;      // the dialogue on standard error
  Redirections redirections{};
};

// A modem in real time: pseudo terminal, control socket and internet, in a loop that others may share.
class Simulator : public LoopMember, private Host, private HostSwitch {
 public:
  Simulator(const SimulatorOptions& options, Pty pty, Pty nmea, ControlServer control);

  std::vector<pollfd> wanted() const override;
  Instant deadline() const override;
  void turn(const std::vector<pollfd>& polled) override;
  // A host that opens the terminal causes no event at our end of it.
  std::string opened() const override { return pty_.device(); }

 private:
  void onUart(std::string_view bytes) override;
  void onUartLost(std::string_view bytes) override;
  void onNmea(std::string_view sentences) override;
  void onRi(bool high) override;
  void onSmsSent(std::string_view number, std::string_view text) override;
  void setHostAsleep(bool asleep) override;

  void updateHost();
  static Instant now() { return programTime(); }

  Pty pty_;
  Pty nmea_;
  ControlServer control_;
  SocketNetwork network_;
  UartLog log_;
  Modem modem_;
  bool host_present_ = false;
  bool host_asleep_ = false;
};

}  // namespace smartkar::modem_sim
