#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

namespace smartkar::server {

// Brokers that the server may be connected to at the same time. They know nothing of each other, and a car uses one of
// them.
inline constexpr std::size_t kBrokersMax = 2;

// What is known of the connection to one of them.
struct BrokerState {
  bool up = false;
  std::uint64_t generation = 0;  // of the latest connection; 0: there was none
};

using Brokers = std::array<BrokerState, kBrokersMax>;

inline bool anyUp(const Brokers& brokers) {
  return std::any_of(brokers.begin(), brokers.end(), [](const BrokerState& broker) { return broker.up; });
}

}  // namespace smartkar::server
