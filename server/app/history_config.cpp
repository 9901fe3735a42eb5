#include "server/app/history_config.hpp"

namespace smartkar::server {
namespace {

constexpr std::int64_t kSamplesMax = 366;
constexpr std::int64_t kYears100 = 36'500;
// An event may come twice as long as the broker keeps our session, a week: until then the store must know it.
constexpr std::int64_t kEventsMin = 8;

void readDays(ConfigSection& history, std::string_view key, std::int64_t min, std::int64_t max,
              std::chrono::days& days) {
  if (const auto number = history.integer(key, min, max)) days = std::chrono::days(*number);
}

}  // namespace

Retention HistoryConfig::retentionAt(UnixTime now) const {
  const auto day = std::chrono::floor<std::chrono::days>(now);
  return {.samples_before = std::chrono::floor<std::chrono::hours>(now) - samples,
          .rollups_before = day - rollups,
          .events_before = day - events};
}

HistoryConfig readHistoryConfig(ConfigSection& history) {
  HistoryConfig config;
  readDays(history, "samples_days", 1, kSamplesMax, config.samples);
  readDays(history, "rollups_days", 1, kYears100, config.rollups);
  readDays(history, "events_days", kEventsMin, kYears100, config.events);
  if (config.rollups < config.samples) history.reject("rollups_days", "must not be less than samples_days");
  history.finish();
  return config;
}

}  // namespace smartkar::server
