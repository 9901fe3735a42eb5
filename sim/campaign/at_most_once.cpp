#include <map>
#include <string>

#include "sim/campaign/checkers.hpp"

namespace smartkar::sim {
namespace {

using device::VehicleOperation;

// P1. Each start is one that was ordered, with the parameters that were ordered, and it happens once. Stops have no
// parameters: no more of them than were ordered.
class AtMostOnce : public Watcher {
 public:
  explicit AtMostOnce(Notebook& notebook) : notebook_(notebook) {}

  void onAct(std::size_t car, const VehicleAct& act) override {
    if (act.operation == VehicleOperation::Stop) return stopped(car);
    const Wish* const wish = notebook_.byProfile(car, act.profile);
    if (wish == nullptr) return notebook_.violate(1, car, "the vehicle got parameters that nobody had ordered");
    if (act.operation == VehicleOperation::Start && ++starts_[wish->key] > 1) {
      notebook_.violate(1, car, "happened twice: " + wish->key + ", " + wish->action);
    }
  }

 private:
  void stopped(std::size_t car) {
    int ordered = 0;
    for (const Wish& wish : notebook_.wishes) {
      ordered += wish.car == car && (wish.kind == WishKind::StopCharging || wish.kind == WishKind::StopClimate);
    }
    if (++stops_[car] > ordered) notebook_.violate(1, car, "more stops than were ordered");
  }

  Notebook& notebook_;
  std::map<std::string, int> starts_;
  std::map<std::size_t, int> stops_;
};

}  // namespace

std::unique_ptr<Watcher> checkAtMostOnce(Notebook& notebook) { return std::make_unique<AtMostOnce>(notebook); }

}  // namespace smartkar::sim
