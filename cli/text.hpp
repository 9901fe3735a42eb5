#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace smartkar::cli {

// "90", "45s", "30m", "6h", "2d": seconds. Nothing for any other text, for 0 and for more than a year.
std::optional<std::chrono::seconds> parseDuration(std::string_view text);
// "2027-06-30". Nothing for any other text and for a day that does not exist.
std::optional<std::chrono::year_month_day> parseDate(std::string_view text);
// A time: "2d" before now, "2026-01-31", "2026-01-31T14:30" or with a space (local), "@1767225600". Unix seconds. now:
// Unix seconds. Nothing for any other text.
std::optional<std::int64_t> parseTime(std::string_view text, std::int64_t now);
// "45 s", "30 min", "6 h", "2 d": the largest unit that leaves no rest.
std::string durationText(std::chrono::seconds time);

// "2026-01-01 14:05:33" and "14:05:33", local time.
std::string dateText(std::int64_t unix_seconds);
std::string clockText(std::int64_t unix_seconds);
// The clock if it is today, else with the date. now: Unix seconds.
std::string shortTimeText(std::int64_t unix_seconds, std::int64_t now);

// One decimal, right-aligned in 8: "    24.3".
std::string secondsText(double seconds);

// text and at least one space, padded to width.
std::string column(std::string_view text, std::size_t width);

}  // namespace smartkar::cli
