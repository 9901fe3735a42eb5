#pragma once

#include <functional>
#include <optional>
#include <string>

#include "base/log.hpp"
#include "device/app/device.hpp"
#include "device/vehicle/egolf_model.hpp"
#include "ports/linux/console_port.hpp"
#include "ports/linux/file_flash.hpp"
#include "ports/linux/linux_pins.hpp"
#include "ports/linux/options.hpp"
#include "ports/linux/os_clock.hpp"
#include "ports/linux/os_entropy.hpp"
#include "ports/linux/power_file.hpp"
#include "ports/linux/processor.hpp"
#include "ports/linux/signals.hpp"

namespace smartkar::ports {

// What lives as long as the process: the processor with the memory that deep sleep keeps, and everything outside it.
struct Surroundings {
  const Options& options;
  const device::DeviceConfig& config;
  Processor& processor;
  LinuxPins& pins;
  device::EGolfModel& vehicle;
  PowerFile& power;
  device::Flash& flash;
  device::Flash& settings_flash;
  Signals& signals;
  ConsolePort* console;  // nullptr: none
  LogSink& log;
};

// Runs devices, one after the other, each from its wake to its sleep.
class Runner {
 public:
  explicit Runner(const Surroundings& around) : around_(around), log_(around.log, "port") {}
  // Until SIGTERM, SIGINT, or until the modem is gone. Returns the exit code.
  int run();

 private:
  struct Awake {
    device::NextStep step;
    bool stopped = false;     // on request
    bool modem_lost = false;  //
  };

  Awake runDevice(device::WakeCause cause);
  void turn(device::Device& device, Awake& awake);
  // Nothing: somebody stops the program, or the modem is gone.
  std::optional<device::WakeCause> sleep(const device::WakeSources& wake);
  std::optional<device::WakeCause> wakeCause(const device::WakeSources& wake, Instant deadline);
  void announceSleep(const device::WakeSources& wake);
  // Hands over what was typed: the device's next step() sees what came of it.
  void readConsole(device::Console& console);
  // Waits for modem, console, pins, signals or the deadline. uart: -1: the device sleeps, and reads neither.
  void wait(int uart, Instant deadline);

  const Surroundings around_;
  Log log_;
  OsClock clock_;
  OsEntropy entropy_;
  bool rang_ = false;
};

}  // namespace smartkar::ports
