#include "protocol/stamp.hpp"

namespace smartkar::protocol {

std::partial_ordering compare(const Stamp& a, const Stamp& b) {
  if (a.journal && b.journal && *a.journal != *b.journal) return std::partial_ordering::unordered;
  if (!a.boot || !b.boot) return std::partial_ordering::unordered;
  if (a.boot != b.boot) return *a.boot <=> *b.boot;
  auto order = std::partial_ordering::unordered;
  for (const auto counter : {&Stamp::conn, &Stamp::seq}) {
    if (!(a.*counter) || !(b.*counter)) continue;
    order = *(a.*counter) <=> *(b.*counter);
    if (std::is_neq(order)) return order;
  }
  return order;
}

}  // namespace smartkar::protocol
