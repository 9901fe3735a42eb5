#include "modem_sim/alibaba_login.hpp"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <array>

namespace smartkar::modem_sim {
namespace {

// What Alibaba's own SDK sends in place of a time, as in MQTT(S) Application Note V1.03 §5.3.1.
constexpr std::string_view kTimestamp = "2524608000000";

std::string hmacSha1(const std::string& key, const std::string& text) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned size = 0;
  HMAC(EVP_sha1(), key.data(), static_cast<int>(key.size()), reinterpret_cast<const unsigned char*>(text.data()),
       text.size(), digest.data(), &size);
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string hex;
  for (unsigned i = 0; i < size; ++i) {
    hex += kDigits[digest[i] >> 4U];
    hex += kDigits[digest[i] & 15U];
  }
  return hex;
}

// Its part before the parameters.
std::string clientName(const AlibabaDevice& device) { return device.product_key + "." + device.device_name; }

std::string userName(const AlibabaDevice& device) { return device.device_name + "&" + device.product_key; }

}  // namespace

void loginWithDeviceSecret(MqttSettings& settings, const AlibabaDevice& device, bool tls) {
  const std::string client = clientName(device);
  settings.client_id = client;
  settings.client_id.append("|securemode=").append(tls ? "2" : "3").append(",timestamp=").append(kTimestamp);
  settings.client_id.append(",signmethod=hmacsha1,gw=0|");
  settings.user_name = userName(device);
  std::string content = "clientId" + client;
  content.append("deviceName").append(device.device_name).append("productKey").append(device.product_key);
  content.append("timestamp").append(kTimestamp);
  settings.password = hmacSha1(device.secret, content);
}

void loginToRegister(MqttSettings& settings, const AlibabaDevice& device, std::string_view random) {
  settings.client_id = clientName(device);
  settings.client_id.append("|securemode=-2,authType=regnwl,random=").append(random).append(",signmethod=hmacsha1|");
  settings.user_name = userName(device);
  std::string content = "deviceName" + device.device_name;
  content.append("productKey").append(device.product_key).append("random").append(random);
  settings.password = hmacSha1(device.secret, content);
}

}  // namespace smartkar::modem_sim
