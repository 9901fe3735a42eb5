#include "ports/linux/runner.hpp"

#include <poll.h>

#include <algorithm>
#include <array>
#include <memory>
#include <optional>

#include "ports/linux/serial_uart.hpp"

namespace smartkar::ports {
namespace {

using device::NextStep;
using device::WakeCause;

// How long the farewell may take when somebody stops the program.
constexpr Duration kShutdownLimit = 10s;
// Pins that cannot be waited for are looked at this often; RI is low for 120 ms (docs/sources.md, RI).
constexpr Duration kPinsInterval = 20ms;
// So is the file that plays the power chip.
constexpr Duration kPowerInterval = 500ms;
// From the wake source to an open serial port: an ESP32-S3 takes 100 to 300 ms. What the modem says meanwhile is lost
// here as it is there (docs/sources.md, RI).
constexpr Duration kBootTime = 200ms;

}  // namespace

int Runner::run() {
  WakeCause cause = around_.processor.cause();
  for (;;) {
    const Awake awake = runDevice(cause);
    if (awake.modem_lost) return kExitModemLost;
    if (awake.stopped) {
      log_.info("stopped");
      return kExitDone;
    }
    if (awake.step.kind == NextStep::Kind::Restart) {
      log_.info("restarting");
      cause = WakeCause::FreshBoot;
      continue;
    }
    const auto woken = sleep(awake.step.wake);
    if (!around_.pins.connected()) return kExitModemLost;
    // Nothing woke it: somebody stops the program, and the car gets up once more to say so.
    cause = woken.value_or(WakeCause::Unknown);
  }
}

Runner::Awake Runner::runDevice(WakeCause cause) {
  around_.pins.setHostAsleep(false);
  auto uart = SerialUart::open(around_.options.modem);
  if (!uart) {
    log_.error("%s", uart.error().c_str());
    return {{}, false, true};
  }
  around_.processor.feed();
  around_.vehicle.deviceRestarted();
  const device::Platform platform{*uart,         around_.pins,      around_.vehicle,
                                  around_.power, around_.flash,     around_.settings_flash,
                                  entropy_,      around_.processor, around_.log};
  const auto device =
      std::make_unique<device::Device>(platform, around_.config, around_.processor.retained(), cause, clock_.now());
  std::optional<device::Console> console;
  if (around_.console != nullptr) console.emplace(device->settings(), device->controller(), *around_.console);
  Awake awake;
  Instant give_up = kNever;
  for (;;) {
    if (around_.signals.stopRequested() && give_up == kNever) {
      log_.info("stopping: the car says goodbye");
      device->requestShutdown();
      give_up = clock_.now() + kShutdownLimit;
    }
    turn(*device, awake);
    if (awake.step.kind != NextStep::Kind::Wait) break;
    if (clock_.now() >= give_up || around_.signals.stopDemanded()) break;
    awake.modem_lost = uart->gone() || !around_.pins.connected();
    if (awake.modem_lost) {
      log_.error("%s: the modem is gone", around_.options.modem.c_str());
      break;
    }
    wait(uart->fd(), std::min(awake.step.deadline, give_up));
    if (console) readConsole(*console);
  }
  around_.processor.stopWatchdog();
  awake.stopped = around_.signals.stopRequested();
  return awake;
}

void Runner::readConsole(device::Console& console) {
  for (const char byte : around_.console->read()) console.take(byte);
}

void Runner::turn(device::Device& device, Awake& awake) {
  const Instant now = clock_.now();
  if (around_.signals.takeVehicleActivity()) around_.vehicle.stir(now);
  // What rang before this turn is read in it; what rings after the device's last look must wake it again.
  rang_ = false;
  awake.step = device.step(now);
}

std::optional<WakeCause> Runner::sleep(const device::WakeSources& wake) {
  around_.pins.setHostAsleep(true);
  announceSleep(wake);
  const Instant deadline = wake.timer ? clock_.now() + *wake.timer : kNever;
  for (;;) {
    if (around_.signals.stopRequested() || !around_.pins.connected()) return std::nullopt;
    const Instant now = clock_.now();
    if (around_.pins.takeRing()) rang_ = true;
    if (around_.signals.takeVehicleActivity()) around_.vehicle.stir(now);
    around_.vehicle.poll(now);
    if (const auto cause = wakeCause(wake, deadline)) {
      const auto text = device::wakeCauseText(*cause);
      log_.info("car wakes: %.*s", static_cast<int>(text.size()), text.data());
      for (const Instant booted = now + kBootTime; clock_.now() < booted;) wait(-1, booted);
      return cause;
    }
    const Instant power_look = around_.power.watched() ? now + kPowerInterval : kNever;
    wait(-1, std::min({deadline, around_.vehicle.nextDeadline(), power_look}));
  }
}

// If several apply RI wins, then the power chip, then the vehicle (docs/sources.md, board).
std::optional<WakeCause> Runner::wakeCause(const device::WakeSources& wake, Instant deadline) {
  const Instant now = clock_.now();
  const bool rang = rang_ || !around_.pins.ri();
  if (rang && wake.modem_ri) return WakeCause::ModemRi;
  if (around_.power.wakes(wake.power)) return WakeCause::PmuIrq;
  if (wake.vehicle && around_.vehicle.awake(now)) return WakeCause::CanActivity;
  if (now >= deadline) return WakeCause::Timer;
  return std::nullopt;
}

void Runner::announceSleep(const device::WakeSources& wake) {
  const std::int64_t seconds = wake.timer ? std::chrono::duration_cast<std::chrono::seconds>(*wake.timer).count() : 0;
  log_.info("car asleep; next wake in %lld h %02lld min %02lld s%s%s", static_cast<long long>(seconds / 3600),
            static_cast<long long>(seconds / 60 % 60), static_cast<long long>(seconds % 60),
            wake.modem_ri ? "; RI wakes it" : "; RI is disarmed", wake.vehicle ? "" : "; the vehicle does not wake it");
}

void Runner::wait(int uart, Instant deadline) {
  const int pins = around_.pins.fd();
  const Instant now = clock_.now();
  const Instant until = pins >= 0 ? deadline : std::min(deadline, now + kPinsInterval);
  // Never beyond an hour, which also keeps the conversion in range.
  const Duration pause = std::clamp<Duration>(until == kNever ? Duration(1h) : until - now, Duration(0), 1h);
  const timespec limit{std::chrono::duration_cast<std::chrono::seconds>(pause).count(), pause.count() % 1000000 * 1000};
  const int console = uart >= 0 && around_.console != nullptr ? around_.console->descriptor() : -1;
  std::array<pollfd, 4> polled = {pollfd{uart, POLLIN, 0}, pollfd{console, POLLIN, 0}, pollfd{pins, POLLIN, 0},
                                  pollfd{around_.signals.descriptor(), POLLIN, 0}};
  ppoll(polled.data(), polled.size(), &limit, nullptr);
  if (around_.pins.takeRing()) rang_ = true;
  around_.signals.update();
}

}  // namespace smartkar::ports
