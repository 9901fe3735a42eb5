#pragma once

#include "base/log.hpp"
#include "device/app/device.hpp"
#include "device/power/simulated_power_chip.hpp"
#include "device/vehicle/egolf_model.hpp"
#include "ports/cortex_m/modem_lines.hpp"
#include "ports/cortex_m/processor.hpp"
#include "ports/cortex_m/tickless_clock.hpp"

namespace smartkar::ports {

// What a run of the device is given, and outlives it.
struct Surroundings {
  const device::DeviceConfig& config;
  Processor& processor;
  ModemLines& lines;
  device::EGolfModel& vehicle;
  device::Flash& flash;
  device::Flash& settings_flash;
  device::Entropy& entropy;
  const TicklessClock& clock;
  LogSink& log;
};

// Runs devices, one after the other, each from its wake to its sleep.
class Runner {
 public:
  explicit Runner(const Surroundings& around) : around_(around), log_(around.log, "port") {}
  [[noreturn]] void run();

 private:
  device::NextStep runDevice(device::WakeCause cause);
  device::WakeCause sleep(const device::WakeSources& wake);
  // Until something comes from the modem or its lines, or the deadline.
  void wait(Instant deadline);

  const Surroundings around_;
  const Log log_;
  device::SimulatedPowerChip power_;
};

}  // namespace smartkar::ports
