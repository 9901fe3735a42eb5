#include "modem_sim/gprs_timer.hpp"

#include <array>
#include <bitset>
#include <string>

namespace smartkar::modem_sim {
namespace {

using Units = std::array<Duration, 8>;  // by their code; 0: deactivated

// Units that the standard leaves open count as one minute (table 10.5.163).
constexpr Units kActiveUnits = {2s, 1min, 6min, 1min, 1min, 1min, 1min, Duration{0}};
constexpr Units kUpdateUnits = {10min, 1h, 10h, 2s, 30s, 1min, 320h, Duration{0}};

std::optional<Duration> decode(std::string_view code, const Units& units) {
  const auto bits = std::bitset<8>(std::string(code)).to_ulong();
  const Duration unit = units[bits >> 5U];
  if (unit == Duration{0}) return std::nullopt;
  return unit * static_cast<std::int64_t>(bits & 31U);
}

}  // namespace

bool isTimerCode(std::string_view code) {
  return code.size() == 8 && code.find_first_not_of("01") == std::string_view::npos;
}

std::optional<Duration> activeTime(std::string_view code) { return decode(code, kActiveUnits); }
std::optional<Duration> updateTime(std::string_view code) { return decode(code, kUpdateUnits); }

}  // namespace smartkar::modem_sim
