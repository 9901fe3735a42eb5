#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "sim/campaign/checkers.hpp"

namespace smartkar::sim {
namespace {

using device::VehicleOperation;

// P1. Each start is one that was ordered, with the parameters that were ordered, and it happens once. Stops have no
// parameters: no more of them than were ordered. No two orders have one id, which is what a car tells them apart by.
class AtMostOnce : public Watcher {
 public:
  explicit AtMostOnce(Notebook& notebook) : notebook_(notebook) {}

  void onFault(std::string_view fault, std::optional<std::size_t>) override {
    clock_was_wrong_ = clock_was_wrong_ || fault == "server-clock";
  }

  // A restored server takes the clock's word for how far it had counted.
  void onEnd() override {
    std::map<std::pair<std::size_t, server::CommandId>, std::string> orders;
    for (const Wish& wish : notebook_.wishes) {
      if (!wish.id || clock_was_wrong_) continue;
      const auto [first, new_id] = orders.try_emplace({wish.car, *wish.id}, wish.key);
      if (!new_id) notebook_.violate(1, wish.car, wish.key + " has the id of " + first->second);
    }
  }

  void onAct(std::size_t car, const VehicleAct& act) override {
    if (act.operation == VehicleOperation::Stop) return stopped(car);
    const Wish* const wish = notebook_.byProfile(car, act.profile);
    if (wish == nullptr) return notebook_.violate(1, car, "the vehicle got parameters that nobody had ordered");
    if (act.operation == VehicleOperation::Start && ++starts_[wish->key] > 1 && !notebook_.bothForgot(car)) {
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
  bool clock_was_wrong_ = false;
};

}  // namespace

std::unique_ptr<Watcher> checkAtMostOnce(Notebook& notebook) { return std::make_unique<AtMostOnce>(notebook); }

}  // namespace smartkar::sim
