#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "sim/campaign/campaign.hpp"

namespace smartkar::sim {

// What came of many runs.
class Summary {
 public:
  void add(const CampaignSettings& settings, const CampaignResult& result);

  std::size_t runs() const { return runs_; }
  std::size_t broken() const { return broken_; }
  // For people.
  std::string text(double seconds) const;
  // One object.
  std::string json(double seconds) const;

 private:
  double percentile(const std::vector<double>& sorted, double share) const;

  std::size_t runs_ = 0;
  std::size_t broken_ = 0;
  double car_days_ = 0;
  double charge_days_ = 0;  // mAh per day, weighted by car-days
  std::uint64_t inflicted_ = 0;
  std::uint64_t commands_ = 0;
  std::uint64_t trace_ = 0;                // of all runs, in whatever order they end
  std::map<int, std::size_t> by_promise_;  // runs that broke it
  std::map<std::string, std::uint64_t> by_state_;
  std::map<std::string, std::vector<double>> completed_;  // seconds, by what woke the car
};

}  // namespace smartkar::sim
