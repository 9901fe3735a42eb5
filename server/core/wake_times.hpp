#pragma once

#include <chrono>
#include <cstddef>
#include <map>
#include <vector>

#include "server/core/types.hpp"

namespace smartkar::server {

// How long one car lately took to wake, by path. Learned from the ledgers of its commands, which the store keeps.
class WakeTimes {
 public:
  // Takes in what the ledger of the command tells.
  void learn(const CommandRecord& command);
  // Nine of ten of the latest wakes by this path were no slower. otherwise: if there were none.
  std::chrono::seconds usual(Path path, std::chrono::seconds otherwise) const;

 private:
  static constexpr std::size_t kRemembered = 16;
  std::map<Path, std::vector<std::chrono::seconds>> times_;  // the latest last
};

}  // namespace smartkar::server
