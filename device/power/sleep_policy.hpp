#pragma once

#include <cstdint>

#include "base/time.hpp"
#include "device/platform/wake.hpp"
#include "device/power/energy_budget.hpp"

namespace smartkar::device {

struct SleepSettings {
  Duration min_awake = 10s;           // of every run
  Duration idle = 60s;                // without activity before sleep
  Duration after_sync = 3s;           // room for the command that a sync announces
  Duration wake_interval = 3h;        // the longest sleep
  Duration offline_limit = 5min;      // awake without contact; then sleep and try again later
  Duration offline_interval = 15min;  // the first such sleep, doubling up to wake_interval
  Duration disarmed_interval = 1h;    // the longest sleep in which the modem cannot wake the car
  BudgetSettings budget;
};

// What decides whether the car may sleep now.
struct Wakefulness {
  Duration awake_for{};        // since this run began
  Duration idle_for{};         // since the latest activity: a command, a ring, vehicle traffic; never a publish
  Duration since_sync{};       // since the contact began
  bool vehicle_awake = false;  // frames are received
  bool command_active = false;
  bool unsent = false;     // messages that were not sent in this contact
  bool requested = false;  // system.sleep
};

// Why the car stays awake.
enum class StayAwake : std::uint8_t { MaySleep, CommandActive, Unsent, MinimumAwake, VehicleAwake, NotIdle };

StayAwake whyAwake(const SleepSettings& settings, const Wakefulness& car);

// When whyAwake() may say MaySleep by the passing of time alone, as a duration from now. Never zero.
Duration recheckAfter(const SleepSettings& settings, const Wakefulness& car);

// How long the n-th sleep in a row without contact lasts. failures: 1 for the first.
Duration offlineSleep(const SleepSettings& settings, std::uint32_t failures);

// True if this wake is a reason to stay for the whole idle time: somebody switched the device on or uses the vehicle.
// Timer and modem only offer a contact.
constexpr bool wakeIsActivity(WakeCause cause) { return cause != WakeCause::Timer && cause != WakeCause::ModemRi; }

}  // namespace smartkar::device
