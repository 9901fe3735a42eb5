#pragma once

#include "base/log.hpp"
#include "conformance/rig.hpp"
#include "test/conformance/old_car.hpp"
#include "test/conformance/virtual_car.hpp"

namespace smartkar::conformance {

// Everything a script may ask for, on one virtual clock.
class VirtualRig : public Rig {
 public:
  explicit VirtualRig(LogSink& log) : log_(log), car_(log) {}

  bool supports(Feature) const override { return true; }
  LogSink& log() override { return log_; }
  std::string_view ccid() const override { return "8988303000000614227"; }
  Instant now() const override { return now_; }
  UnixTime wall() const override;
  // Longer than the longest sleep.
  Duration patience() const override { return 4h; }

  std::optional<Arrival> next(Instant until) override;
  void toCar(std::string_view payload, Duration expiry, bool legacy) override;

  void inflict(Fault fault, std::int64_t amount) override;
  void stall(Duration time) override { car_.stall(now_ + time); }
  void vehicle(VehicleMood mood) override { car_.vehicle.setMood(mood); }
  void vehicleTakes(VehicleStep step, Duration time) override { car_.vehicle.setTime(step, time); }
  void oldCarSession(bool open) override;
  void oldCar(OldCarMood mood) override { old_car_.mood = mood; }
  void heal() override;

  bool carAwake() const override { return car_.awake(); }
  std::optional<std::vector<Act>> acts() const override;
  std::optional<protocol::ResponseStatus> journalled(protocol::CommandId id) const override {
    return car_.journalled(id);
  }
  Visits visits() const { return car_.visits(); }

 private:
  std::optional<Arrival> takeArrival();

  LogSink& log_;
  Instant now_{};
  VirtualCar car_;
  OldCar old_car_;
  bool old_firmware_ = false;  // the car is the old one
};

}  // namespace smartkar::conformance
