#include "ports/cortex_m/runner.hpp"

#include <algorithm>
#include <cstring>
#include <memory>
#include <new>

#include "ports/cortex_m/registers.hpp"
#include "ports/cortex_m/uart.hpp"

namespace smartkar::ports {
namespace {

using device::Device;
using device::NextStep;
using device::WakeCause;

// The memory that deep sleep loses.
alignas(Device) std::byte device_memory[sizeof(Device)];

}  // namespace

void Runner::run() {
  WakeCause cause = around_.processor.cause();
  for (;;) {
    const NextStep end = runDevice(cause);
    cause = end.kind == NextStep::Kind::Sleep ? sleep(end.wake) : WakeCause::FreshBoot;
  }
}

NextStep Runner::runDevice(WakeCause cause) {
  around_.lines.setHostAsleep(false);
  modem_uart.clear();
  around_.processor.feed();
  around_.vehicle.deviceRestarted();
  const device::Platform platform{modem_uart,      around_.lines,     around_.vehicle,
                                  power_,          around_.flash,     around_.settings_flash,
                                  around_.entropy, around_.processor, around_.log};
  Device* const device =
      new (device_memory) Device(platform, around_.config, around_.processor.retained(), cause, around_.clock.now());
  NextStep step = device->step(around_.clock.now());
  while (step.kind == NextStep::Kind::Wait) {
    wait(step.deadline);
    around_.lines.takeRing();
    step = device->step(around_.clock.now());
  }
  around_.processor.stopWatchdog();
  log_.debug("dialogues used %u bytes of the arena", static_cast<unsigned>(device->arenaHighWater()));
  std::destroy_at(device);
  // Whoever counts on what was there finds nonsense, as after a real deep sleep.
  std::memset(device_memory, 0xA5, sizeof device_memory);
  return step;
}

// If several apply RI wins, then the vehicle (docs/sources.md, board).
WakeCause Runner::sleep(const device::WakeSources& wake) {
  around_.lines.setHostAsleep(true);
  const Instant deadline = wake.timer ? around_.clock.now() + *wake.timer : kNever;
  log_.info("car asleep%s", wake.modem_ri ? "" : "; RI is disarmed");
  bool rang = false;
  for (;;) {
    const Instant now = around_.clock.now();
    rang = around_.lines.takeRing() || rang;
    around_.vehicle.poll(now);
    WakeCause cause = WakeCause::Unknown;
    if (wake.modem_ri && (rang || !around_.lines.ri())) {
      cause = WakeCause::ModemRi;
    } else if (wake.vehicle && around_.vehicle.awake(now)) {
      cause = WakeCause::CanActivity;
    } else if (now >= deadline) {
      cause = WakeCause::Timer;
    }
    if (cause != WakeCause::Unknown) {
      const auto text = device::wakeCauseText(cause);
      log_.info("car wakes: %.*s", static_cast<int>(text.size()), text.data());
      return cause;
    }
    wait(std::min(deadline, around_.vehicle.nextDeadline()));
  }
}

void Runner::wait(Instant deadline) {
  around_.clock.alarmAt(deadline);
  const InterruptsOff guard;
  if (modem_uart.empty() && lines_uart.empty() && around_.clock.alarmPending()) waitForInterrupt();
}

}  // namespace smartkar::ports
