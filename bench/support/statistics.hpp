#pragma once

#include <span>
#include <utility>
#include <vector>

namespace smartkar::bench {

// The value below which this share of the values lies (nearest rank). values: at least one. share: 0 … 1.
double quantile(std::vector<double> values, double share);
inline double median(std::vector<double> values) { return quantile(std::move(values), 0.5); }

// The median of what `value` takes from each round. rounds: at least one.
template <class Round, class Value>
double medianOf(const std::vector<Round>& rounds, Value value) {
  std::vector<double> values;
  values.reserve(rounds.size());
  for (const Round& round : rounds) values.push_back(value(round));
  return median(std::move(values));
}

// One number of a report.
struct Figure {
  const char* key;
  double value;
  int decimals;
};

// One JSON object as one line on standard output.
void printJson(std::span<const Figure> figures);

// How busy the machine has been in the last minute, for people: "load 0.4 on 2 processors". Others' work disturbs.
void printLoad();

}  // namespace smartkar::bench
