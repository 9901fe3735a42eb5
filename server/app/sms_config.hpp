#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>

#include "base/time.hpp"
#include "server/app/config_section.hpp"
#include "server/core/policy.hpp"
#include "server/wake/request_template.hpp"

namespace smartkar::server {

// [sms]: how sleeping cars are woken by text messages.
struct SmsConfig {
  RequestTemplate request;
  std::uint32_t per_day = 10;  // the most for one car and day
  Duration after = 30s;        // without an answer to rings

  // The server's policy with this in it.
  Policy appliedTo(Policy policy) const;
};

// Nothing if there is no such table, or if it is wrong. folder: relative paths begin there.
std::optional<SmsConfig> readSms(ConfigSection& sms, const std::filesystem::path& folder);

}  // namespace smartkar::server
