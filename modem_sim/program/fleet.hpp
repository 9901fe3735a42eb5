#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "modem_sim/program/scripted_modem.hpp"
#include "modem_sim/program/simulator.hpp"

namespace smartkar::modem_sim {

struct FleetOptions {
  SimulatorOptions first;  // identities and seeds of the others are counted from it
  std::size_t count = 1;
  std::string link;    // of the serial port; of several: "-0", "-1" … behind it. Empty with a script
  std::string script;  // file that plays the hosts; empty: there are serial ports
  Variables variables;
  Duration stagger = 20ms;  // from the start of one modem's script to that of the next
};

// The modems of one program.
class Fleet {
 public:
  // Failure: what went wrong, with the file.
  static Result<Fleet, std::string> make(const FleetOptions& options);

  // Until stop_fd becomes readable.
  void run(int stop_fd) { loop_.run(stop_fd); }
  struct Port {
    std::string link;
    std::string device;
    std::string control;
  };
  const std::vector<Port>& ports() const { return ports_; }

 private:
  explicit Fleet(EventLoop loop) : loop_(std::move(loop)) {}
  Result<void, std::string> addSimulator(const SimulatorOptions& options, const std::string& link);
  Result<void, std::string> addScripted(const FleetOptions& options, std::size_t index, const std::string& script);

  std::vector<std::unique_ptr<LoopMember>> members_;
  EventLoop loop_;
  std::vector<Port> ports_;
};

}  // namespace smartkar::modem_sim
