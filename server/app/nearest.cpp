#include "server/app/nearest.hpp"

#include <algorithm>
#include <numeric>
#include <utility>
#include <vector>

namespace smartkar::server {

namespace {

// Characters to insert, remove or replace to turn one word into the other (Wagner and Fischer 1974).
std::size_t editDistance(std::string_view from, std::string_view to) {
  std::vector<std::size_t> row(to.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 0; i < from.size(); ++i) {
    std::size_t diagonal = std::exchange(row[0], i + 1);
    for (std::size_t j = 0; j < to.size(); ++j) {
      const std::size_t replaced = diagonal + (from[i] == to[j] ? 0 : 1);
      diagonal = std::exchange(row[j + 1], std::min({replaced, row[j] + 1, row[j + 1] + 1}));
    }
  }
  return row.back();
}

}  // namespace

std::string_view nearest(std::string_view given, std::span<const std::string_view> known) {
  std::string_view best;
  // More than half of the word would have to change: then it was not meant.
  std::size_t best_distance = (given.size() + 1) / 2 + 1;
  for (const std::string_view word : known) {
    const std::size_t distance = editDistance(given, word);
    if (distance >= best_distance) continue;
    best = word;
    best_distance = distance;
  }
  return best;
}

}  // namespace smartkar::server
