#pragma once

#include <compare>
#include <cstdint>
#include <optional>

namespace smartkar::protocol {

// Where a message stands among the messages of one car. Timestamps never decide an order.
struct Stamp {
  std::optional<std::uint32_t> journal = {};  // epoch of the journal
  std::optional<std::uint32_t> boot = {};
  std::optional<std::uint32_t> conn = {};  // only in status messages
  std::optional<std::uint32_t> seq = {};   // each kind of message counts for itself
};

// less: a is older than b. Compares boot, then within one boot conn, then seq, each only if both have it. unordered:
// nothing decides, because the epochs differ (a car that lost its journal counts anew), a boot is not known, or the two
// are of one boot and share no counter.
std::partial_ordering compare(const Stamp& a, const Stamp& b);

}  // namespace smartkar::protocol
