#pragma once

#include "device/app/device_config.hpp"
#include "device/app/device_controller.hpp"
#include "device/app/device_settings.hpp"
#include "device/app/inbox.hpp"
#include "device/app/limits.hpp"
#include "device/app/modem_stack.hpp"
#include "device/platform/entropy.hpp"
#include "device/platform/flash.hpp"
#include "device/platform/modem_pins.hpp"
#include "device/platform/power_chip.hpp"
#include "device/platform/uart.hpp"
#include "device/platform/vehicle.hpp"
#include "device/platform/wake.hpp"
#include "device/platform/watchdog.hpp"

namespace smartkar::device {

// What a port provides. All must outlive the device.
struct Platform {
  Uart& uart;
  ModemPins& pins;
  Vehicle& vehicle;
  PowerChip& power;
  Flash& flash;           // of the journal
  Flash& settings_flash;  // two sectors of at least 1 KiB of its own
  Entropy& entropy;
  Watchdog& watchdog;
  LogSink& log;
};

// The whole device from one wake to the next sleep: the port makes one, turns it with step(), and destroys it when
// step() says Sleep or Restart. Big (limits.hpp): not for a stack.
class Device {
 public:
  // config: copied, but what its views point to must outlive the device. retained: kept by the port through deep sleep
  // and resets. now: of the port's monotonic clock; step() gets later ones.
  Device(const Platform& platform, const DeviceConfig& config, RetainedMemory& retained, WakeCause cause, Instant now)
      : watchdog_(platform.watchdog),
        settings_(platform.settings_flash, config, platform.log, now),
        modem_(scheduler_, arena_, platform.uart, platform.pins, inbox_, platform.log, settings_.inForce(),
               retained.state.mqtt, retained.state.link),
        controller_({scheduler_, arena_, modem_.link(), modem_.link(), modem_, inbox_, platform.vehicle, platform.power,
                     platform.flash, settings_, platform.entropy, platform.log},
                    retained, cause, now) {}

  NextStep step(Instant now) {
    const NextStep next = controller_.step(now);
    watchdog_.feed();
    return next;
  }
  void requestShutdown() { controller_.requestShutdown(); }
  const DeviceController& controller() const { return controller_; }
  // Most bytes of the dialogue's memory ever used.
  std::size_t arenaHighWater() const { return arena_.highWater(); }

  // For a console beside the car.
  DeviceSettings& settings() { return settings_; }

 private:
  Watchdog& watchdog_;
  DeviceSettings settings_;
  Scheduler scheduler_;
  FixedArena<kDialogueArenaBytes> arena_;
  Inbox inbox_;
  ModemStack modem_;
  DeviceController controller_;
};
static_assert(sizeof(Device) <= kDeviceBytesMax);

}  // namespace smartkar::device
