#include <gtest/gtest.h>

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "test/interop/comparison.hpp"

namespace smartkar::interop {
namespace {

using mqtt::Qos;
using mqtt::Version;

// What Mosquitto does that random scripts meet once in thousands.

constexpr std::size_t kOne = 0;
constexpr std::size_t kOther = 1;

void expectSame(std::vector<Step> steps, std::uint16_t max_inflight_messages = 20) {
  Script script{.clients = 2, .steps = std::move(steps)};
  script.limits.max_inflight_messages = max_inflight_messages;
  EXPECT_EQ(compare(script).difference, "");
}

Connect withholding(Version version, std::optional<std::uint16_t> receive_maximum = {}) {
  Connect step{.client = kOne, .version = version, .clean = false, .acknowledges = false};
  if (mqtt::isV5(version)) step.session_expiry = 3600;
  step.receive_maximum = receive_maximum;
  return step;
}
Leave dropped() { return {.client = kOne, .goodbye = false}; }
Subscribe subscription(const char* filter, Qos qos = Qos::ExactlyOnce) {
  return {.client = kOne, .filters = {{.filter = filter, .qos = qos}}};
}
Publish message(std::size_t client, const char* topic, const char* payload, Qos qos) {
  return {.client = client, .topic = topic, .payload = payload, .qos = qos};
}

TEST(Habits, OwnWillTakesARoomInTheWindowThatTheNextConnectionDoesNotHave) {
  Connect with_will = withholding(Version::V311);
  with_will.will = Connect::Will{.topic = "a", .qos = Qos::ExactlyOnce};
  expectSame({with_will, subscription("a/#"), Connect{.client = kOther}, message(kOther, "a/b", "1", Qos::AtLeastOnce),
              message(kOther, "a/c", "2", Qos::AtLeastOnce), dropped(), withholding(Version::V5, 1)});
}

TEST(Habits, MessagesThatWereOverTheLimitInARestartAreAcceptedOneByOne) {
  expectSame(
      {withholding(Version::V311), message(kOne, "a", "1", Qos::ExactlyOnce),
       message(kOne, "a", "refused, and so room for one", Qos::AtLeastOnce), message(kOne, "a", "2", Qos::ExactlyOnce),
       Restart{true}, withholding(Version::V311), message(kOne, "a", "refused", Qos::AtLeastOnce),
       message(kOne, "a", "3", Qos::AtMostOnce), Acknowledge{kOne, 2}},
      1);
}

TEST(Habits, SessionOfVersion5IsOneOf311FromARestartToItsNextConnection) {
  expectSame({withholding(Version::V5), subscription("a/b"), subscription("a/#"), dropped(), Restart{true},
              Connect{.client = kOther}, message(kOther, "a/b", "once", Qos::AtLeastOnce), withholding(Version::V5),
              message(kOther, "a/b", "twice", Qos::AtLeastOnce)});
}

TEST(Habits, RefusedMessageKeepsItsRoomInTheWindow) {
  expectSame({withholding(Version::V5, 1), subscription("a"), Connect{.client = kOther},
              message(kOther, "a", "refused", Qos::ExactlyOnce), Acknowledge{.client = kOne, .refuses = true},
              message(kOther, "a", "waits", Qos::ExactlyOnce), message(kOther, "a", "overtakes", Qos::AtMostOnce),
              dropped(), withholding(Version::V5, 1)});
}

TEST(Habits, AcknowledgementOfTheOldestFillsAWholeWindow) {
  std::vector<Step> steps = {withholding(Version::V5, 3), subscription("a"), Connect{.client = kOther}};
  for (const char* payload : {"1", "2", "3", "4", "5", "6", "7", "8", "9"}) {
    steps.emplace_back(message(kOther, "a", payload, Qos::AtLeastOnce));
  }
  steps.emplace_back(Acknowledge{.client = kOne, .newest_first = false});
  steps.emplace_back(Acknowledge{.client = kOne, .newest_first = true});
  expectSame(std::move(steps));
}

}  // namespace
}  // namespace smartkar::interop
