#include "cli/text.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdio>
#include <ctime>

namespace smartkar::cli {
namespace {

struct Unit {
  char letter;
  std::int64_t seconds;
  const char* name;
};
constexpr std::array<Unit, 4> kUnits = {{{'d', 86400, " d"}, {'h', 3600, " h"}, {'m', 60, " min"}, {'s', 1, " s"}}};
constexpr std::int64_t kSecondsMax = 366 * 86400;
constexpr std::size_t kDateCharacters = 10;

std::string formatLocal(std::int64_t unix_seconds, const char* format) {
  const auto time = static_cast<std::time_t>(unix_seconds);
  std::tm local{};
  ::localtime_r(&time, &local);
  std::array<char, 32> buffer{};
  return {buffer.data(), std::strftime(buffer.data(), buffer.size(), format, &local)};
}

}  // namespace

std::optional<std::chrono::seconds> parseDuration(std::string_view text) {
  std::int64_t number = 0;
  const char* const end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, number);
  if (error != std::errc{} || number <= 0 || number > kSecondsMax || end - rest > 1) return std::nullopt;
  const char letter = rest == end ? 's' : *rest;
  for (const Unit& unit : kUnits) {
    if (unit.letter == letter && number * unit.seconds <= kSecondsMax)
      return std::chrono::seconds(number * unit.seconds);
  }
  return std::nullopt;
}

std::optional<std::chrono::year_month_day> parseDate(std::string_view text) {
  if (text.size() != kDateCharacters || text[4] != '-' || text[7] != '-') return std::nullopt;
  const auto number = [text](std::size_t from, std::size_t count) {
    unsigned value = 0;
    const char* const end = text.data() + from + count;
    const auto [rest, error] = std::from_chars(text.data() + from, end, value);
    return error == std::errc{} && rest == end ? value : 0;
  };
  const std::chrono::year_month_day day{std::chrono::year(static_cast<int>(number(0, 4))),
                                        std::chrono::month(number(5, 2)), std::chrono::day(number(8, 2))};
  return day.ok() ? std::optional(day) : std::nullopt;
}

std::optional<std::int64_t> parseTime(std::string_view text, std::int64_t now) {
  if (const auto ago = parseDuration(text)) return now - ago->count();
  if (text.starts_with('@')) {
    std::int64_t seconds = 0;
    const auto [rest, error] = std::from_chars(text.data() + 1, text.data() + text.size(), seconds);
    const bool good = error == std::errc{} && rest == text.data() + text.size() && seconds >= 0;
    return good ? std::optional(seconds) : std::nullopt;
  }
  const auto day = parseDate(text.substr(0, kDateCharacters));
  if (!day) return std::nullopt;
  std::tm local{};
  local.tm_year = static_cast<int>(day->year()) - 1900;
  local.tm_mon = static_cast<int>(static_cast<unsigned>(day->month())) - 1;
  local.tm_mday = static_cast<int>(static_cast<unsigned>(day->day()));
  local.tm_isdst = -1;
  if (text.size() > kDateCharacters) {
    std::tm clock{};
    const std::string rest(text.substr(kDateCharacters + 1));
    const char separator = text[kDateCharacters];
    const char* const end = ::strptime(rest.c_str(), "%H:%M", &clock);
    if ((separator != 'T' && separator != ' ') || end == nullptr || *end != '\0') return std::nullopt;
    local.tm_hour = clock.tm_hour;
    local.tm_min = clock.tm_min;
  }
  return std::mktime(&local);
}

std::string durationText(std::chrono::seconds time) {
  for (const Unit& unit : kUnits) {
    if (time.count() >= unit.seconds && time.count() % unit.seconds == 0) {
      return std::to_string(time.count() / unit.seconds) + unit.name;
    }
  }
  return std::to_string(time.count()) + " s";
}

std::string dateText(std::int64_t unix_seconds) { return formatLocal(unix_seconds, "%Y-%m-%d %H:%M:%S"); }
std::string clockText(std::int64_t unix_seconds) { return formatLocal(unix_seconds, "%H:%M:%S"); }

std::string shortTimeText(std::int64_t unix_seconds, std::int64_t now) {
  const bool today = formatLocal(unix_seconds, "%F") == formatLocal(now, "%F");
  return today ? clockText(unix_seconds) : dateText(unix_seconds);
}

std::string secondsText(double seconds) {
  std::array<char, 32> buffer{};
  const int size = std::snprintf(buffer.data(), buffer.size(), "%8.1f", seconds);
  return {buffer.data(), static_cast<std::size_t>(size)};
}

std::string column(std::string_view text, std::size_t width) {
  std::string padded(text);
  padded.resize(std::max(width, text.size() + 1), ' ');
  return padded;
}

}  // namespace smartkar::cli
