#include "server/app/sms_config.hpp"

#include <string>

namespace smartkar::server {
namespace {

constexpr std::int64_t kPerDayMax = 1000;
constexpr std::int64_t kAfterMax_s = 24 * 3600;
constexpr std::int64_t kTimeoutMax_s = 60;

void readRequest(ConfigSection& sms, const std::filesystem::path& folder, RequestTemplate& request) {
  request.url = sms.requiredText("url").value_or("");
  request.method = sms.text("method").value_or(request.method);
  request.headers = sms.texts("headers");
  request.body = sms.text("body").value_or("");
  request.login = sms.text("login").value_or("");
  if (const auto secrets = sms.text("secrets")) request.secrets = folder / *secrets;
  if (const auto status = sms.integer("status", 100, 599)) request.status = static_cast<long>(*status);
  request.error_pointer = sms.text("error").value_or("");
  if (const auto timeout = sms.integer("timeout", 1, kTimeoutMax_s)) request.timeout = std::chrono::seconds(*timeout);
}

}  // namespace

Policy SmsConfig::appliedTo(Policy policy) const {
  policy.texts_per_day = per_day;
  policy.text_after = after;
  return policy;
}

std::optional<SmsConfig> readSms(ConfigSection& sms, const std::filesystem::path& folder) {
  if (!sms.present()) return std::nullopt;
  SmsConfig config;
  readRequest(sms, folder, config.request);
  if (const auto per_day = sms.integer("per_day", 1, kPerDayMax)) {
    config.per_day = static_cast<std::uint32_t>(*per_day);
  }
  if (const auto after = sms.integer("after", 0, kAfterMax_s)) config.after = std::chrono::seconds(*after);
  sms.finish();
  if (config.request.url.empty()) return std::nullopt;
  if (const auto problem = problemOf(config.request)) {
    sms.reject("url", "and the keys beside it cannot be used: " + *problem);
  }
  return config;
}

}  // namespace smartkar::server
