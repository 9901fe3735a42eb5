// The passwords were made with openssl dgst -sha1 -hmac.
#include "modem_sim/alibaba_login.hpp"

#include <gtest/gtest.h>

namespace smartkar::modem_sim {
namespace {

TEST(AlibabaLoginTest, DeviceSignsWithItsOwnSecret) {
  MqttSettings settings;
  loginWithDeviceSecret(settings, {"a1mGfEydcDb", "SIM7080_test", "1cea33667e1bec1ce074c63762168e99"}, false);
  EXPECT_EQ(settings.client_id,
            "a1mGfEydcDb.SIM7080_test|securemode=3,timestamp=2524608000000,signmethod=hmacsha1,gw=0|");
  EXPECT_EQ(settings.user_name, "SIM7080_test&a1mGfEydcDb");
  EXPECT_EQ(settings.password, "487e547d6cc3db74e03ac8e6a3e56f18bf8832c5");
}

TEST(AlibabaLoginTest, DeviceRegistersWithTheSecretOfItsProduct) {
  MqttSettings settings;
  loginToRegister(settings, {"a1mGfEydcDb", "device1", "UK2iuVb8yBUjQ286"}, "860016049999999");
  EXPECT_EQ(settings.client_id,
            "a1mGfEydcDb.device1|securemode=-2,authType=regnwl,random=860016049999999,signmethod=hmacsha1|");
  EXPECT_EQ(settings.user_name, "device1&a1mGfEydcDb");
  EXPECT_EQ(settings.password, "c62de49c0e108995ace85d71480863ca67be084e");
}

}  // namespace
}  // namespace smartkar::modem_sim
