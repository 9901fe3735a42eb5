#include "sim/program/summary.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <set>

namespace smartkar::sim {
namespace {

template <class... Arguments>
std::string print(const char* format, Arguments... arguments) {
  std::array<char, 256> line{};
  std::snprintf(line.data(), line.size(), format, arguments...);
  return line.data();
}

double daysOf(Duration span) { return std::chrono::duration<double>(span).count() / 86400; }

}  // namespace

void Summary::add(const CampaignSettings& settings, const CampaignResult& result) {
  ++runs_;
  const double days = daysOf(settings.span) * static_cast<double>(settings.cars);
  car_days_ += days;
  charge_days_ += result.mah_per_day * days;
  inflicted_ += result.inflicted;
  std::set<int> promises;
  for (const Violation& violation : result.violations) promises.insert(violation.promise);
  for (const int promise : promises) ++by_promise_[promise];
  broken_ += promises.empty() ? 0 : 1;
  commands_ += result.outcomes.size();
  trace_ += result.trace;
  for (const Outcome& outcome : result.outcomes) {
    ++by_state_[outcome.state];
    if (outcome.state == "completed") {
      completed_[outcome.path].push_back(std::chrono::duration<double>(outcome.took).count());
    }
  }
}

std::string Summary::text(double seconds) const {
  std::string text =
      print("%zu runs, %.0f car-days, %llu faults, %llu commands, in %.0f s\n", runs_, car_days_,
            static_cast<unsigned long long>(inflicted_), static_cast<unsigned long long>(commands_), seconds);
  text += "commands:";
  for (const auto& [state, count] : by_state_) {
    text += print(" %s %llu", state.c_str(), static_cast<unsigned long long>(count));
  }
  text += "\ncompleted after, by what woke the car (s):     p50      p90      p99\n";
  for (const auto& [path, seconds_taken] : completed_) {
    std::vector<double> sorted = seconds_taken;
    std::ranges::sort(sorted);
    text += print("  %-8s %8zu                       %9.0f%9.0f%9.0f\n", path.c_str(), sorted.size(),
                  percentile(sorted, 0.5), percentile(sorted, 0.9), percentile(sorted, 0.99));
  }
  text += print("modem: %.1f mAh a day\n", car_days_ > 0 ? charge_days_ / car_days_ : 0.0);
  text += print("trace %016llx\n", static_cast<unsigned long long>(trace_));
  for (const auto& [promise, count] : by_promise_) text += print("P%d broken in %zu runs\n", promise, count);
  text +=
      broken_ == 0 ? "the promise was kept\n" : print("the promise was broken in %zu of %zu runs\n", broken_, runs_);
  return text;
}

std::string Summary::json(double seconds) const {
  std::string text =
      print("{\"runs\":%zu,\"broken\":%zu,\"car_days\":%.1f,\"faults\":%llu,\"commands\":%llu,\"seconds\":%.1f", runs_,
            broken_, car_days_, static_cast<unsigned long long>(inflicted_), static_cast<unsigned long long>(commands_),
            seconds);
  text += ",\"broken_promises\":{";
  const char* comma = "";
  for (const auto& [promise, count] : by_promise_) {
    text += print("%s\"P%d\":%zu", comma, promise, count);
    comma = ",";
  }
  return text + print("},\"mah_per_day\":%.1f}", car_days_ > 0 ? charge_days_ / car_days_ : 0.0);
}

double Summary::percentile(const std::vector<double>& sorted, double share) const {
  return sorted[static_cast<std::size_t>(share * static_cast<double>(sorted.size() - 1))];
}

}  // namespace smartkar::sim
