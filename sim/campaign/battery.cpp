#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/campaign/checkers.hpp"

namespace smartkar::sim {
namespace {

constexpr std::size_t kWakesPerHour = 6;  // P8
// Slots of ten minutes of an hour by the car's own clock, which may be wrong.
constexpr Duration kHour = 1h;

// P8. Not more than six times in an hour a car wakes from its sleep for what is neither the vehicle nor a command.
class Battery : public Watcher {
 public:
  explicit Battery(Notebook& notebook) : notebook_(notebook), cars_(notebook.world.cars.size()) {}

  void onStart(std::size_t car, device::WakeCause cause) override {
    endRun(car);
    const bool woken = cause == device::WakeCause::Timer || cause == device::WakeCause::ModemRi;
    cars_[car].idle_since = woken ? std::optional(notebook_.world.time.now()) : std::nullopt;
  }
  void onFault(std::string_view fault, std::optional<std::size_t> car) override {
    if (fault == "retained-damaged") cars_[*car] = {};
  }
  void onPublished(const BrokerMessage& message) override {
    if (!message.topic.ends_with("/command") || !message.payload.starts_with("{\"id\":")) return;
    if (const auto car = notebook_.carOf(message)) cars_[*car].idle_since.reset();
  }
  void onMoment() override {
    for (std::size_t car = 0; car < cars_.size(); ++car) {
      SimCar& unit = *notebook_.world.cars[car];
      // Without power the account of the hour is forgotten, too: it begins anew.
      if (!unit.powered()) cars_[car] = {};
      if (unit.awake() && unit.vehicle().awake(unit.clock())) cars_[car].idle_since.reset();
    }
  }

 private:
  struct Car {
    std::optional<Instant> idle_since;  // this run, which has had no reason so far
    std::deque<Instant> idle_wakes;
  };

  void endRun(std::size_t number) {
    Car& car = cars_[number];
    if (!car.idle_since) return;
    while (!car.idle_wakes.empty() && car.idle_wakes.front() + kHour < *car.idle_since) car.idle_wakes.pop_front();
    car.idle_wakes.push_back(*car.idle_since);
    if (car.idle_wakes.size() > kWakesPerHour) {
      std::string text = std::to_string(car.idle_wakes.size()) + " wakes for nothing within an hour: minutes";
      for (const Instant wake : car.idle_wakes) text += " " + std::to_string((wake - Instant{}) / 1min);
      notebook_.violate(8, number, text);
    }
  }

  Notebook& notebook_;
  std::vector<Car> cars_;
};

}  // namespace

std::unique_ptr<Watcher> checkBattery(Notebook& notebook) { return std::make_unique<Battery>(notebook); }

}  // namespace smartkar::sim
