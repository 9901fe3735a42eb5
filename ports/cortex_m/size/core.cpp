// The whole device without a vehicle.
#include "device/app/device.hpp"

#include "device/power/simulated_power_chip.hpp"
#include "ports/cortex_m/host_flash.hpp"
#include "ports/cortex_m/modem_lines.hpp"
#include "ports/cortex_m/processor.hpp"
#include "ports/cortex_m/registers.hpp"
#include "ports/cortex_m/tickless_clock.hpp"
#include "ports/cortex_m/uart.hpp"

namespace {

using namespace smartkar;
using namespace smartkar::ports;

// Never awake, knows nothing.
struct NoVehicle : device::Vehicle {
  void requestWake(Instant) override {}
  bool awake(Instant) const override { return false; }
  void hold(Instant) override {}
  void release(Instant) override {}
  std::optional<device::ImmediateProfile> profile() const override { return std::nullopt; }
  void writeProfile(const device::ImmediateProfile&, Instant) override {}
  void start(Instant) override {}
  void stop(Instant) override {}
  bool refresh(Instant) override { return false; }
  const device::ProfileBook& profiles() const override { return book; }
  bool readProfiles(Instant) override { return false; }
  void writeTimer(std::size_t, const device::ChargingProfile&, Instant) override {}
  void enableTimers(device::Timers, Instant) override {}
  std::optional<device::VehicleResult> poll(Instant) override { return std::nullopt; }
  Instant nextDeadline() const override { return kNever; }
  device::VehicleSnapshot snapshot(Instant) const override { return {}; }
  device::ProfileBook book;
};

struct NoEntropy : device::Entropy {
  std::uint32_t next() override { return 4; }
};

device::DeviceConfig config() {
  device::DeviceConfig config;
  config.mqtt.broker.host = "broker.example.org";
  config.mqtt.ccid = "8949000012345678901";
  config.mqtt.client_id = config.mqtt.ccid.view();
  return config;
}

}  // namespace

int main() {
  TicklessClock::begin();
  modem_uart.begin(kUart0, kUart0ReceiveIrq);
  static const TicklessClock clock;
  static auto flash = HostFlash::open("journal.flash");
  static auto settings_flash = HostFlash::open("settings.flash");
  static NoVehicle vehicle;
  static NoEntropy entropy;
  static NullLogSink log;
  static Processor processor;
  static ModemLines lines(lines_uart);
  static device::SimulatedPowerChip power;
  static device::Device device({modem_uart, lines, vehicle, power, *flash, *settings_flash, entropy, processor, log},
                               config(), processor.retained(), processor.cause(), clock.now());
  for (;;) clock.alarmAt(device.step(clock.now()).deadline);
}
