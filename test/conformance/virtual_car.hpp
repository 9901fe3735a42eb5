#pragma once

#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/scheduler.hpp"
#include "conformance/rig.hpp"
#include "device/app/device_controller.hpp"
#include "device/app/limits.hpp"
#include "device/command/testing/counting_entropy.hpp"
#include "device/power/simulated_power_chip.hpp"
#include "test/conformance/power.hpp"
#include "test/conformance/rig_flash.hpp"
#include "test/conformance/rig_vehicle.hpp"
#include "test/conformance/virtual_broker.hpp"
#include "test/conformance/virtual_link.hpp"
#include "test/conformance/visits.hpp"

namespace smartkar::conformance {

// The real car core, from boot to boot, on a vehicle, a flash and a modem in memory.
class VirtualCar {
 public:
  explicit VirtualCar(LogSink& log);
  ~VirtualCar();

  void inflict(Fault fault, std::int64_t amount, Instant now);
  void stall(Instant until) { stalled_until_ = until; }
  // What the server's side published.
  void publish(std::string_view payload, Duration expiry, Instant now) {
    broker_.publish(std::string(payload), now, expiry);
  }
  // Does everything that is due. wall: the true time.
  void turn(Instant now, UnixTime wall);
  Instant nextDeadline() const;
  void heal(Instant now);

  bool awake() const { return controller_ != nullptr; }
  std::optional<protocol::ResponseStatus> journalled(protocol::CommandId id) const;
  // How often each cell of its table was visited, in all its lives.
  Visits visits() const;

  // What it sent and nobody took yet.
  std::deque<FromCar> sent;
  std::vector<Act> acts;
  RigVehicle vehicle;

 private:
  void begin(device::WakeCause cause, Instant now);
  void end();
  void loseLink(Instant now);
  void powerOff(Instant now);
  void powerOn(Instant now);
  void takeMessages(Instant now);
  void step(Instant now);
  void act(bool start, const device::ImmediateProfile& profile);
  void say(protocol::Channel channel, std::string_view payload) { sent.push_back({channel, std::string(payload)}); }

  LogSink& log_;
  Power power_;
  VirtualBroker broker_;
  VirtualLink link_;
  RigFlash flash_;
  device::CutFlash settings_flash_{4096};
  device::CountingEntropy entropy_;
  device::DeviceConfig config_;
  device::SimulatedPowerChip power_chip_;
  device::RetainedMemory retained_{};
  std::unique_ptr<Scheduler> scheduler_;
  std::unique_ptr<FixedArena<device::kDialogueArenaBytes>> arena_;
  std::unique_ptr<device::Inbox> inbox_;
  std::unique_ptr<device::DeviceSettings> configuration_;
  std::unique_ptr<device::DeviceController> controller_;  // nullptr: asleep, or without power
  Instant due_{};                                         // when it has something to do, while awake
  Instant stalled_until_{};
  Instant wakes_at_ = kNever;
  bool modem_wakes_ = false;
  bool power_fails_at_act_ = false;
  UnixTime wall_{};
  Visits earlier_visits_;
};

}  // namespace smartkar::conformance
