#include "server/core/wake_times.hpp"

#include <algorithm>

#include "server/core/ledger.hpp"

namespace smartkar::server {

void WakeTimes::learn(const CommandRecord& command) {
  for (const Path path : {Path::Ring, Path::Sms}) {
    const auto time = timeToWake(command, path);
    if (!time) continue;
    auto& known = times_[path];
    if (known.size() == kRemembered) known.erase(known.begin());
    known.push_back(*time);
  }
}

std::chrono::seconds WakeTimes::usual(Path path, std::chrono::seconds otherwise) const {
  const auto known = times_.find(path);
  if (known == times_.end()) return otherwise;
  std::vector<std::chrono::seconds> sorted = known->second;
  std::sort(sorted.begin(), sorted.end());
  return sorted[(sorted.size() * 9 - 1) / 10];
}

}  // namespace smartkar::server
