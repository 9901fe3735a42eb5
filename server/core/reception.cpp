#include "server/core/reception.hpp"

namespace smartkar::server {
namespace {

constexpr std::uint32_t kWindow = 64;

Arrival passOver(Reception& reception, std::uint32_t seq) {
  const std::uint32_t advance = seq - reception.highest;
  reception.window = advance < kWindow ? reception.window << advance | 1U : 1U;
  reception.highest = seq;
  reception.missing += advance - 1;
  return {.missing = advance - 1};
}

}  // namespace

Arrival enter(Reception& reception, std::uint32_t boot, std::uint32_t seq) {
  if (reception.boot && boot < *reception.boot) return {};
  if (!reception.boot) {
    // Nobody counted before: what came until then is not known to be missing.
    reception.boot = boot;
    reception.highest = seq;
    reception.window = ~std::uint64_t{0};
    return {};
  }
  if (boot > *reception.boot) {
    reception.boot = boot;
    reception.highest = 0;  // rows begin with 1
    reception.window = 0;
  }
  if (seq > reception.highest) return passOver(reception, seq);
  const std::uint32_t behind = reception.highest - seq;
  const std::uint64_t bit = behind < kWindow ? std::uint64_t{1} << behind : 0;
  if (bit == 0 || (reception.window & bit) != 0) {
    ++reception.repeated;
    return {.repeated = true};
  }
  reception.window |= bit;
  --reception.missing;
  return {.late = true};
}

}  // namespace smartkar::server
