#include <map>
#include <string>

#include "sim/campaign/checkers.hpp"

namespace smartkar::sim {
namespace {

// P5. Once everything is mended, car and server hear each other within the longest sleep and five minutes.
class NeverStuck : public Watcher {
 public:
  explicit NeverStuck(Notebook& notebook) : notebook_(notebook) {}

  void onMoment() override {
    if (!notebook_.healed) return;
    for (std::size_t car = 0; car < notebook_.world.cars.size(); ++car) {
      if (notebook_.world.cars[car]->inContact()) in_contact_.emplace(car, notebook_.world.time.now());
    }
  }

  void onEnd() override {
    for (std::size_t car = 0; car < notebook_.world.cars.size(); ++car) {
      const auto found = in_contact_.find(car);
      if (found != in_contact_.end() && found->second <= notebook_.healed_at + kContactLimit) continue;
      notebook_.violate(5, car,
                        "no contact within " + std::to_string(kContactLimit / 1min) + " min of the end of all faults");
    }
  }

 private:
  Notebook& notebook_;
  std::map<std::size_t, Instant> in_contact_;  // the first since everything was mended
};

}  // namespace

std::unique_ptr<Watcher> checkNeverStuck(Notebook& notebook) { return std::make_unique<NeverStuck>(notebook); }

}  // namespace smartkar::sim
