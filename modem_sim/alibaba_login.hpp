#pragma once

#include <string>
#include <string_view>

#include "modem_sim/settings.hpp"

namespace smartkar::modem_sim {

// Puts client id, user name and password into the settings as Alibaba Cloud's IoT Platform expects them of a device
// with a secret of its own ("unique certificate per device"). tls: the connection is encrypted.
void loginWithDeviceSecret(MqttSettings& settings, const AlibabaDevice& device, bool tls);

// …and of one that has only its product's secret and registers ("MQTT-based dynamic registration", without
// preregistration). random: any text that the password is to depend on.
void loginToRegister(MqttSettings& settings, const AlibabaDevice& device, std::string_view random);

}  // namespace smartkar::modem_sim
