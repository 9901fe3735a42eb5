#include "cli/text.hpp"

#include <gtest/gtest.h>

#include "cli/value.hpp"

namespace smartkar::cli {
namespace {

using namespace std::chrono_literals;

TEST(Text, DurationsAreReadWithTheirUnit) {
  EXPECT_EQ(parseDuration("90"), 90s);
  EXPECT_EQ(parseDuration("45s"), 45s);
  EXPECT_EQ(parseDuration("30m"), 30min);
  EXPECT_EQ(parseDuration("6h"), 6h);
  EXPECT_EQ(parseDuration("2d"), 48h);
}

TEST(Text, WhatIsNoDurationIsRefused) {
  for (const char* text : {"", "0", "-1h", "h", "1w", "1hh", "1.5h", " 1h", "99999999999999999999", "400d", "9000h"}) {
    EXPECT_EQ(parseDuration(text), std::nullopt) << text;
  }
}

TEST(Text, TimesAreReadInLocalTime) {
  const char* const zone = std::getenv("TZ");
  const std::string before = zone != nullptr ? zone : "";
  ::setenv("TZ", "UTC-2", 1);
  ::tzset();
  EXPECT_EQ(parseTime("2h", 10'000), 2'800);
  EXPECT_EQ(parseTime("@1767225600", 0), 1'767'225'600);
  EXPECT_EQ(parseTime("2026-01-01", 0), 1'767'225'600 - 7'200);
  EXPECT_EQ(parseTime("2026-01-01T14:30", 0), 1'767'225'600 - 7'200 + 52'200);
  EXPECT_EQ(parseTime("2026-01-01 14:30", 0), 1'767'225'600 - 7'200 + 52'200);
  for (const char* text : {"", "@", "@-1", "@1x", "2026-01-32", "2026-01-01T", "2026-01-01T25:00", "2026-01-01x14:30",
                           "2026-01-01T14:30:00", "now"}) {
    EXPECT_EQ(parseTime(text, 0), std::nullopt) << text;
  }
  before.empty() ? ::unsetenv("TZ") : ::setenv("TZ", before.c_str(), 1);
  ::tzset();
}

TEST(Text, DatesAreReadOnlyIfTheyExist) {
  const std::chrono::year_month_day day{std::chrono::year{2028}, std::chrono::month{2}, std::chrono::day{29}};
  EXPECT_EQ(parseDate("2028-02-29"), day);
  for (const char* text : {"", "2027-02-29", "2027-6-30", "2027-13-01", "30.06.2027", "2027-06-3x", "2027-06-301"}) {
    EXPECT_EQ(parseDate(text), std::nullopt) << text;
  }
}

TEST(Text, DurationIsWrittenInTheLargestUnitWithoutRest) {
  EXPECT_EQ(durationText(21600s), "6 h");
  EXPECT_EQ(durationText(90s), "90 s");
  EXPECT_EQ(durationText(1800s), "30 min");
  EXPECT_EQ(durationText(48h), "2 d");
}

TEST(Text, SecondsAlignAndColumnsNeverTouch) {
  EXPECT_EQ(secondsText(0.04), "     0.0");
  EXPECT_EQ(secondsText(12345.67), " 12345.7");
  EXPECT_EQ(column("ab", 4), "ab  ");
  EXPECT_EQ(column("abcd", 4), "abcd ");
}

TEST(ParameterValue, HasTheTypeItsTextSays) {
  EXPECT_EQ(parameterValue("80"), 80);
  EXPECT_EQ(parameterValue("-1.5"), -1.5);
  EXPECT_EQ(parameterValue("true"), true);
  EXPECT_EQ(parameterValue("false"), false);
  EXPECT_EQ(parameterValue("\"80\""), "80");
  for (const char* text : {"", "abc", "080", "nan", "null", "True", "{}", "[1]", "1 2", "=x"}) {
    EXPECT_EQ(parameterValue(text), text);
  }
}

}  // namespace
}  // namespace smartkar::cli
