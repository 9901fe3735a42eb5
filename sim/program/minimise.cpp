#include "sim/program/minimise.hpp"

#include <algorithm>

namespace smartkar::sim {
namespace {

class Search {
 public:
  Search(const CampaignSettings& broken, int promise, Player& player)
      : best_(broken), promise_(promise), player_(player) {}

  CampaignSettings run() {
    fewerCars();
    lessTime();
    fewerFaults();
    lessTime();
    return best_;
  }

 private:
  bool breaks(const CampaignSettings& smaller) {
    const CampaignResult result = player_.play(smaller);
    const bool same = std::ranges::any_of(result.violations, [&](const Violation& v) { return v.promise == promise_; });
    if (same) best_ = smaller;
    return same;
  }

  void fewerCars() {
    for (std::size_t cars = 1; cars < best_.cars; ++cars) {
      CampaignSettings smaller = best_;
      smaller.cars = cars;
      if (breaks(smaller)) return;
    }
  }

  void lessTime() {
    bool shorter = true;
    while (shorter && best_.span > 15min) {
      CampaignSettings smaller = best_;
      smaller.span = best_.span / 2;
      shorter = breaks(smaller);
    }
  }

  void fewerFaults() {
    const CampaignResult result = player_.play(best_);
    CampaignSettings only_active = best_;
    only_active.faults = {result.faults.begin(), result.faults.end()};
    breaks(only_active);
    for (const std::string& fault : result.faults) {
      CampaignSettings smaller = best_;
      smaller.faults.erase(fault);
      breaks(smaller);
    }
  }

  CampaignSettings best_;
  const int promise_;
  Player& player_;
};

}  // namespace

CampaignSettings minimise(const CampaignSettings& broken, int promise, Player& player) {
  return Search(broken, promise, player).run();
}

}  // namespace smartkar::sim
