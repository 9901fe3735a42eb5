#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/random.hpp"
#include "sim/campaign/notebook.hpp"

namespace smartkar::sim {

class FaultScene;

// Something that goes wrong now and then.
struct FaultKind {
  std::string_view name;  // "nat-drop"
  std::string_view meaning;
  bool of_a_car;       // it happens to each car by itself; false: to broker or server
  Duration pause_min;  // between two, on average, in the worst run…
  Duration pause_max;  // …and in the mildest that has it
  void (*inflict)(FaultScene& scene);
};
std::span<const FaultKind> faultKinds();
// nullptr: there is none of this name.
const FaultKind* findFaultKind(std::string_view name);

// Where a fault takes place.
class FaultScene {
 public:
  // notebook: outlives this. car: that suffers; for faults of broker and server whichever.
  FaultScene(Notebook& notebook, std::size_t car, std::uint64_t seed)
      : notebook_(notebook), world_(notebook.world), car_(*world_.cars[car]), random_(seed) {}

  Notebook& notebook() { return notebook_; }
  World& world() { return world_; }
  SimCar& car() { return car_; }
  modem_sim::Modem& modem() { return car_.modem(); }
  Instant now() const { return world_.time.now(); }
  Random& random() { return random_; }
  Duration within(Duration low, Duration high) { return Duration(random_.between(low.count(), high.count())); }
  // Most are short, a few long: every order of magnitude is as likely as any other.
  Duration spread(Duration low, Duration high);
  // Undoes what was done, after a time or when everything heals, whichever is first.
  void undoAfter(Duration time, std::function<void()> undo);
  // …only then.
  void undoWhenHealed(std::function<void()> undo);
  // Heals: undoes what is not undone yet.
  void undoAll();

 private:
  Notebook& notebook_;
  World& world_;
  SimCar& car_;
  Random random_;
  std::vector<std::shared_ptr<std::function<void()>>> undone_later_;
};

// All that goes wrong in one run: which kinds, and how often each, the seed decides.
class Faults {
 public:
  using Told = std::function<void(const FaultKind& kind, std::optional<std::size_t> car)>;

  // notebook: outlives this. among: names; of these some. told: hears of each.
  Faults(Notebook& notebook, std::uint64_t seed, const std::set<std::string>& among, Told told);

  void start();
  // From now on nothing goes wrong, and what has gone wrong is mended.
  void heal();
  // The kinds of this run.
  std::vector<std::string_view> active() const;

 private:
  struct Plan {
    const FaultKind* kind;
    std::optional<std::size_t> car;
    Duration pause;  // on average
    std::unique_ptr<FaultScene> scene;
    Random random;
  };

  void planNext(Plan& plan);

  World& world_;
  Told told_;
  std::vector<std::unique_ptr<Plan>> plans_;
  bool healed_ = false;
};

}  // namespace smartkar::sim
