#include "sim/campaign/faults.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace smartkar::sim {
namespace {

// How many of the kinds a run has, on average: with all of them in every run some hide others.
constexpr double kShare = 0.35;

}  // namespace

const FaultKind* findFaultKind(std::string_view name) {
  const auto found = std::ranges::find(faultKinds(), name, &FaultKind::name);
  return found != faultKinds().end() ? &*found : nullptr;
}

Duration FaultScene::spread(Duration low, Duration high) {
  const double exponent = static_cast<double>(random_.below(1001)) / 1000;
  const double ratio = static_cast<double>(high.count()) / static_cast<double>(low.count());
  return Duration(static_cast<Duration::rep>(static_cast<double>(low.count()) * std::pow(ratio, exponent)));
}

void FaultScene::undoWhenHealed(std::function<void()> undo) {
  undone_later_.push_back(std::make_shared<std::function<void()>>(std::move(undo)));
}

void FaultScene::undoAfter(Duration time, std::function<void()> undo) {
  undoWhenHealed(std::move(undo));
  world_.time.after(time, [this, shared = undone_later_.back()] {
    if (std::erase(undone_later_, shared) > 0) (*shared)();
  });
}

void FaultScene::undoAll() {
  for (const auto& undo : std::exchange(undone_later_, {})) (*undo)();
}

Faults::Faults(Notebook& notebook, std::uint64_t seed, const std::set<std::string>& among, Told told)
    : world_(notebook.world), told_(std::move(told)) {
  Random random(seed);
  for (const FaultKind& kind : faultKinds()) {
    const bool chosen = random.chance(kShare);
    const std::uint64_t kind_seed = random.next();
    if (!chosen || !among.contains(std::string(kind.name))) continue;
    const std::size_t scenes = kind.of_a_car ? world_.cars.size() : 1;
    for (std::size_t i = 0; i < scenes; ++i) {
      auto scene = std::make_unique<FaultScene>(notebook, i, kind_seed + i);
      const Duration pause = scene->spread(kind.pause_min, kind.pause_max);
      const std::optional<std::size_t> car = kind.of_a_car ? std::optional(i) : std::nullopt;
      plans_.push_back(std::make_unique<Plan>(Plan{&kind, car, pause, std::move(scene), Random(kind_seed + 100 + i)}));
    }
  }
}

void Faults::start() {
  for (const auto& plan : plans_) planNext(*plan);
}

void Faults::heal() {
  healed_ = true;
  for (const auto& plan : plans_) plan->scene->undoAll();
}

std::vector<std::string_view> Faults::active() const {
  std::vector<std::string_view> names;
  for (const auto& plan : plans_) {
    if (names.empty() || names.back() != plan->kind->name) names.push_back(plan->kind->name);
  }
  return names;
}

void Faults::planNext(Plan& plan) {
  const Duration pause(plan.random.between(1, 2 * plan.pause.count()));
  world_.time.after(pause, [this, &plan] {
    if (healed_) return;
    told_(*plan.kind, plan.car);
    plan.kind->inflict(*plan.scene);
    planNext(plan);
  });
}

}  // namespace smartkar::sim
