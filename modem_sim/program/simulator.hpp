#pragma once

#include <cstdint>
#include <string>

#include "modem_sim/modem.hpp"
#include "modem_sim/control_commands.hpp"
#include "modem_sim/program/control_server.hpp"
#include "modem_sim/program/pty.hpp"
#include "modem_sim/program/socket_network.hpp"
#include "modem_sim/program/uart_log.hpp"

namespace smartkar::modem_sim {

struct SimulatorOptions {
  Config modem;
  std::uint64_t seed = 1;
  bool powered = false;  // the modem runs from the start
  bool log = false;      // the dialogue on standard error
};

// The modem in real time: pseudo terminal, control socket and internet in one poll loop.
class Simulator : private Host, private HostSwitch {
 public:
  Simulator(const SimulatorOptions& options, Pty pty, ControlServer control);

  // Runs until stop_fd becomes readable.
  void run(int stop_fd);

 private:
  void onUart(std::string_view bytes) override;
  void onUartLost(std::string_view bytes) override;
  void onRi(bool high) override;
  void onSmsSent(std::string_view number, std::string_view text) override;
  void setHostAsleep(bool asleep) override;

  void updateHost();
  int timeout() const;
  void handle(const std::vector<pollfd>& polled);
  static Instant now();

  Pty pty_;
  ControlServer control_;
  SocketNetwork network_;
  UartLog log_;
  Modem modem_;
  bool host_present_ = false;
  bool host_asleep_ = false;
};

}  // namespace smartkar::modem_sim
