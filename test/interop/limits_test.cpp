#include <gtest/gtest.h>

#include <map>
#include <sstream>
#include <string>

#include "broker/mosquitto_config.hpp"
#include "sim/broker_message.hpp"

namespace smartkar::interop {
namespace {

std::map<std::string, std::string> provisioned() {
  std::map<std::string, std::string> settings;
  std::istringstream lines(broker::mosquittoLimits());
  for (std::string line; std::getline(lines, line);) {
    const std::size_t space = line.find(' ');
    if (!line.starts_with('#') && space != std::string::npos) settings[line.substr(0, space)] = line.substr(space + 1);
  }
  return settings;
}

TEST(Limits, OfTheModelAreThoseOfTheProvisionedConfiguration) {
  const sim::BrokerLimits model;
  const auto settings = provisioned();
  EXPECT_EQ(settings.at("max_queued_messages"), std::to_string(model.max_queued_messages));
  EXPECT_EQ(settings.at("max_queued_bytes"), std::to_string(model.max_queued_bytes));
  EXPECT_EQ(settings.at("max_inflight_messages"), std::to_string(model.max_inflight_messages));
  EXPECT_EQ(settings.at("message_size_limit"), std::to_string(model.message_size_limit));
  EXPECT_EQ(settings.at("max_packet_size"), std::to_string(model.max_packet_size));
  EXPECT_EQ(settings.at("max_keepalive"), std::to_string(model.max_keepalive));
  EXPECT_EQ(settings.at("persistent_client_expiration"),
            std::to_string(model.persistent_client_expiration / 86'400) + "d");
}

}  // namespace
}  // namespace smartkar::interop
