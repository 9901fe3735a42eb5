#include "modem_sim/paging.hpp"

#include <array>
#include <charconv>

namespace smartkar::modem_sim {
namespace {

// eDRX cycles by their four-bit code, in 10 ms (3GPP TS 24.008 table 10.5.5.32, CAT-M).
constexpr std::array<std::int64_t, 16> kEdrxCycle10Ms = {512,   1024,  2048,  4096,  6144,   8192,   10240,  12288,
                                                         14336, 16384, 32768, 65536, 131072, 262144, 524288, 1048576};
constexpr int kCatM = 4;
constexpr Duration kPagingWindowStep = 1280ms;  // of CAT-M; the same table

Duration cycleOf(unsigned code) { return std::chrono::milliseconds(10 * kEdrxCycle10Ms[code]); }

}  // namespace

Paging::Paging(Random& random, const Config& config, const SavedSettings& saved)
    : random_(random), config_(config), saved_(saved), offset_(random.between(0, cycleOf(15).count())) {}

std::optional<unsigned> Paging::edrxCycle() const {
  const auto requested = saved_.edrx.find(kCatM);
  const Behaviour& behaviour = config_.behaviour;
  if (saved_.edrx_mode == 0 || requested == saved_.edrx.end() || !behaviour.edrx_granted) return std::nullopt;
  if (behaviour.edrx_cycle >= 0) return static_cast<unsigned>(behaviour.edrx_cycle);
  unsigned code = 0;
  std::from_chars(requested->second.data(), requested->second.data() + requested->second.size(), code, 2);
  return code;
}

Duration Paging::untilWindow(Instant now) const {
  const auto code = edrxCycle();
  if (!code || config_.timing.paging) return Duration{0};
  const Duration cycle = cycleOf(*code);
  const Duration position = (now.time_since_epoch() + offset_) % cycle;
  return position < kPagingWindowStep * (config_.behaviour.paging_window + 1) ? Duration{0} : cycle - position;
}

Duration Paging::untilOccasion() {
  const Timing& timing = config_.timing;
  if (timing.paging) return *timing.paging;
  return Duration{random_.between(timing.drx_min.count(), timing.drx_max.count())};
}

}  // namespace smartkar::modem_sim
