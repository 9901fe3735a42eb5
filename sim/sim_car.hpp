#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/log.hpp"
#include "base/random.hpp"
#include "device/app/device.hpp"
#include "device/platform/entropy.hpp"
#include "device/platform/modem_pins.hpp"
#include "device/platform/testing/cut_flash.hpp"
#include "device/power/simulated_power_chip.hpp"
#include "device/vehicle/egolf_model.hpp"
#include "modem_sim/modem.hpp"
#include "sim/serial_line.hpp"
#include "sim/virtual_network.hpp"
#include "sim/virtual_time.hpp"

namespace smartkar::sim {

struct SimCarSettings {
  device::DeviceConfig device;  // what its views point to outlives the car
  device::EGolfSettings vehicle;
  modem_sim::Config modem;
};

// What the vehicle was made to do.
struct VehicleAct {
  device::VehicleOperation operation;
  device::ImmediateProfile profile;
  UnixTime at;
};

// One car: the real device core on the real modem model and a vehicle model, with wires between them and a processor
// that sleeps. Begins with the supply switched on.
class SimCar : public Actor,
               private modem_sim::Host,
               private device::ModemPins,
               private device::Entropy,
               private device::Watchdog,
               private device::ActuatorLog {
 public:
  // time, network and log outlive this.
  SimCar(VirtualTime& time, VirtualNetwork& network, LogSink& log, const SimCarSettings& settings, std::uint64_t seed);
  ~SimCar() override;

  // Cuts the supply of processor and modem, or switches it on again. All but flash and the modem's own is forgotten.
  void setPower(bool on);
  bool powered() const { return powered_; }

  // From now on the processor does nothing, until it is reset: by its watchdog, or because the supply was cut.
  void hang() { hung_ = true; }

  // As it was provisioned.
  const std::string& ccid() const { return ccid_; }
  // What the processor's clock says; the vehicle lives by it, too.
  Instant clock() const { return local(time_.now()); }
  bool awake() const { return device_ != nullptr; }
  bool inContact() const;
  // Only while awake.
  const device::DeviceController& controller() const { return device_->controller(); }
  device::EGolfModel& vehicle() { return vehicle_; }
  // How the wire for RI fails.
  enum class RiFault : std::uint8_t { None, Broken, StuckLow };
  void setRiFault(RiFault fault);
  // True: DTR stays as it is, whatever the processor does.
  void setDtrStuck(bool stuck) { dtr_stuck_ = stuck; }
  // Whoever the modem connects to finds that its certificate has expired. What is open stays open.
  void setCertificateExpired(bool expired) {
    network_.setRefusal(expired ? std::optional(modem_sim::OpenError::CertificateTime) : std::nullopt);
  }
  // The processor's clock, and with it the vehicle's, runs faster by so many parts per million from now on.
  void setClockError(int ppm);
  // One bit of the memory that is kept through the sleep flips. Only while asleep. where: any number.
  void flipRetainedBit(std::uint32_t where);
  // The journal's flash is as it came from the factory. Only without power.
  void loseJournal();
  // The supply is cut while the journal's flash is written, after so many more bytes, and returns after a time.
  void cutPowerInFlash(std::size_t bytes, Duration off) {
    flash_.cutAfter(bytes);
    off_for_ = off;
  }
  // It is not to be cut any more, and is there.
  void sparePowerInFlash() {
    if (power_returns_ == kNever) return flash_.powerUp();
    setPower(true);
  }

  // The unit's own cell and supply; what the power chip warns of may wake the processor.
  void setCell(const device::PowerReading& reading);
  modem_sim::Modem& modem() { return modem_; }
  // What the modem has drawn since the car was made.
  modem_sim::Charge modemCharge() { return modem_.charge(time_.now()); }
  // Of both wires.
  LineNoise& noiseToModem() { return noise_to_modem_; }
  LineNoise& noiseFromModem() { return noise_from_modem_; }
  const std::vector<VehicleAct>& acts() const { return acts_; }

  // For whoever watches the wires: bytes as the receiver gets them, a line of the processor's in one piece.
  std::function<void(std::string_view bytes)> on_modem_input = [](std::string_view) {};
  std::function<void(std::string_view bytes)> on_modem_output = [](std::string_view) {};
  std::function<void(bool high)> on_ri_change = [](bool) {};
  std::function<void(const VehicleAct& act)> on_act = [](const VehicleAct&) {};
  // The processor starts, for whatever reason.
  std::function<void(device::WakeCause cause)> on_start = [](device::WakeCause) {};

  void run(Instant now) override;
  Instant nextDeadline() const override;

 private:
  // By the processor's clock, and back.
  Instant local(Instant now) const;
  Instant fromLocal(Instant local) const;
  void powerOn();
  void reset(device::WakeCause cause);
  void begin(device::WakeCause cause);
  void turn(Instant now);
  void step(Instant now);
  void sleepOn(Instant now);

  void onUart(std::string_view bytes) override;
  void onRi(bool high) override;
  void takeRi(bool high);
  void setPowerKey(bool pressed) override { modem_.setPowerKey(pressed, time_.now()); }
  void setDtr(bool high) override {
    if (!dtr_stuck_) modem_.setDtr(high, time_.now());
  }
  void setRail(bool on) override { modem_.setVbat(on, time_.now()); }
  bool ri() const override { return ri_fault_ == RiFault::None ? modem_.ri() : ri_fault_ == RiFault::Broken; }
  std::uint32_t next() override { return random_.next(); }
  void feed() override { bites_at_ = time_.now() + device::kWatchdogLimit; }
  void onActuatorFrame(device::VehicleOperation operation, const device::ImmediateProfile& profile, Instant) override {
    acts_.push_back({operation, profile, time_.wall()});
    on_act(acts_.back());
  }
  void onTimerFrame(device::VehicleOperation, device::Timers, Instant) override {}

  VirtualTime& time_;
  LogSink& log_;
  const device::DeviceConfig config_;
  const std::string ccid_;
  Random random_;
  ModemNetwork network_;
  LineNoise noise_to_modem_;
  LineNoise noise_from_modem_;
  SerialPort uart_;
  device::EGolfModel vehicle_;
  device::SimulatedPowerChip power_;
  device::CutFlash flash_;
  device::CutFlash settings_flash_;
  modem_sim::Modem modem_;
  std::vector<VehicleAct> acts_;

  bool powered_ = false;
  device::RetainedMemory retained_{};
  std::unique_ptr<device::Device> device_;  // nullptr: asleep, or starting
  Instant due_{};                           // awake: its next turn, by the true time like all here
  Instant bites_at_ = kNever;               // awake: the watchdog
  bool hung_ = false;
  bool rang_ = false;  // since its latest turn
  device::WakeSources wake_sources_;
  Instant timer_ = kNever;
  Instant boots_at_ = kNever;
  device::WakeCause cause_ = device::WakeCause::FreshBoot;
  Duration off_for_{};              // of the cut in flash
  Instant power_returns_ = kNever;  // after it
  RiFault ri_fault_ = RiFault::None;
  bool dtr_stuck_ = false;
  int clock_error_ppm_ = 0;
  Instant clock_set_{};  // when the error began…
  Instant clock_was_{};  // …and what the processor's clock said then
};

}  // namespace smartkar::sim
