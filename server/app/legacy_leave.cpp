#include "server/app/legacy_leave.hpp"

#include <toml++/toml.h>

#include <system_error>

namespace smartkar::server {

std::optional<std::chrono::sys_days> legacyUntil(const std::filesystem::path& car_folder) try {
  const std::filesystem::path file = car_folder / "legacy.toml";
  std::error_code ignored;
  if (!std::filesystem::exists(file, ignored)) return std::nullopt;
  const auto until = toml::parse_file(file.string())["until"].value<toml::date>();
  if (!until) return std::nullopt;
  using namespace std::chrono;
  const year_month_day day{year{until->year}, month{until->month}, std::chrono::day{until->day}};
  return day.ok() ? std::optional(sys_days(day)) : std::nullopt;
} catch (const toml::parse_error&) {
  return std::nullopt;
}

}  // namespace smartkar::server
