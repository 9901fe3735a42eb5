#include "modem_sim/real_time_clock.hpp"

#include <array>
#include <cstdio>
#include <cstdlib>

namespace smartkar::modem_sim {
namespace {

constexpr std::int64_t kUnset = 315'964'800;  // 1980-01-06, the GPS epoch

}  // namespace

CivilTime civilTime(UnixTime time) {
  const auto midnight = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date(midnight);
  const std::chrono::hh_mm_ss of_day(time - midnight);
  return {.year = static_cast<int>(date.year()),
          .month = static_cast<int>(static_cast<unsigned>(date.month())),
          .day = static_cast<int>(static_cast<unsigned>(date.day())),
          .hour = static_cast<int>(of_day.hours().count()),
          .minute = static_cast<int>(of_day.minutes().count()),
          .second = static_cast<int>(of_day.seconds().count())};
}

std::string clockText(UnixTime utc, int zone) {
  const CivilTime local = civilTime(utc + zone * std::chrono::minutes(15));
  std::array<char, 64> text{};
  std::snprintf(text.data(), text.size(), "%02d/%02d/%02d,%02d:%02d:%02d%c%02d", local.year % 100, local.month,
                local.day, local.hour, local.minute, local.second, zone < 0 ? '-' : '+', std::abs(zone));
  return text.data();
}

UnixTime RealTimeClock::utc() const {
  return at_start_.value_or(unixTime(kUnset)) + std::chrono::floor<std::chrono::seconds>(events_.now() - Instant{});
}

void RealTimeClock::set(UnixTime utc, int zone) {
  at_start_ = utc - std::chrono::floor<std::chrono::seconds>(events_.now() - Instant{});
  zone_ = zone;
}

void RealTimeClock::lose() {
  at_start_.reset();
  zone_ = 0;
}

}  // namespace smartkar::modem_sim
