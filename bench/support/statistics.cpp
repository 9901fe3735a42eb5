#include "bench/support/statistics.hpp"

#include <stdlib.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <cstdio>

namespace smartkar::bench {

double quantile(std::vector<double> values, double share) {
  const auto rank = static_cast<std::size_t>(std::ceil(share * static_cast<double>(values.size())));
  const auto index = static_cast<std::ptrdiff_t>(std::max<std::size_t>(rank, 1) - 1);
  std::nth_element(values.begin(), values.begin() + index, values.end());
  return values[static_cast<std::size_t>(index)];
}

void printJson(std::span<const Figure> figures) {
  const char* separator = "{";
  for (const Figure& figure : figures) {
    std::printf("%s\"%s\":%.*f", separator, figure.key, figure.decimals, figure.value);
    separator = ",";
  }
  std::printf("}\n");
}

void printLoad() {
  double load = 0;
  if (::getloadavg(&load, 1) != 1) return;
  std::printf("load %.1f on %ld processors\n", load, ::sysconf(_SC_NPROCESSORS_ONLN));
}

}  // namespace smartkar::bench
