#include "server/core/sms.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "server/core/world.hpp"

namespace smartkar::server {
namespace {

using protocol::Channel;
using testing::World;

constexpr const char* kStartCharging = "vehicle.startCharging";

Policy withTexts(std::uint32_t per_day = 10) {
  Policy policy;
  policy.texts_per_day = per_day;
  return policy;
}

class SmsTest : public ::testing::Test {
 protected:
  // A car that sleeps, and hears no rings.
  void sleep() {
    world_.wakeCar();
    world_.run(1min);
    ASSERT_EQ(world_.device().presence, Presence::Asleep);
    world_.car.hears_rings = false;
    world_.effects.clear();
  }
  void loseSession() { world_.receive(Channel::Status, R"({"online":false,"boot":1,"conn":1})"); }
  long texts() const {
    return std::count_if(world_.effects.begin(), world_.effects.end(),
                         [](const Effect& effect) { return std::holds_alternative<SendSms>(effect); });
  }
  const Attempt& latestAttempt(CommandId id) const { return world_.command(id).ledger.back(); }

  World world_{testing::memoryPersistence(), withTexts()};
};

TEST_F(SmsTest, IsSentWhenTheRingIsNotAnsweredAndWakesTheCarForTheCommand) {
  sleep();
  const CommandId id = world_.request(kStartCharging);
  world_.run(29s);
  EXPECT_EQ(texts(), 0);
  world_.run(1s);
  EXPECT_EQ(texts(), 1);
  world_.wakeCar("modem_ri");
  world_.run(1min);
  EXPECT_EQ(world_.command(id).state, CommandState::Completed);
}

TEST_F(SmsTest, IsSentAtOnceWhenTheSessionIsKnownToBeDead) {
  sleep();
  loseSession();
  const CommandId id = world_.request(kStartCharging);
  EXPECT_EQ(texts(), 1);
  EXPECT_EQ(latestAttempt(id).path, Path::Sms);
  EXPECT_EQ(world_.command(id).expected_path, Path::Sms);
}

TEST_F(SmsTest, IsNotSentToACarThatIsAwakeNorWithoutALimitNorForNothing) {
  world_.car.awake_for = 1h;
  world_.wakeCar();
  world_.request(kStartCharging);
  world_.run(5min);
  EXPECT_EQ(texts(), 0);

  World no_provider;
  no_provider.wakeCar();
  no_provider.run(1min);
  no_provider.car.hears_rings = false;
  no_provider.request(kStartCharging);
  no_provider.run(1h);
  EXPECT_FALSE(no_provider.latest<SendSms>());
}

TEST_F(SmsTest, IsNotSentWhenTheCarWakesByItselfSoonEnough) {
  sleep();
  world_.sayAsleepFor(1min);
  loseSession();
  const CommandId id = world_.request(kStartCharging);
  world_.run(1min);
  world_.wakeCar("timer");
  world_.run(2min);
  EXPECT_EQ(world_.command(id).state, CommandState::Completed);
  EXPECT_EQ(texts(), 0);
}

TEST_F(SmsTest, IsNotSentWhenTheCommandEndsBefore) {
  sleep();
  world_.request(kStartCharging, "", 30);
  world_.run(1h);
  EXPECT_EQ(texts(), 0);
}

TEST_F(SmsTest, IsRepeatedAfterTenMinutesUntilTheCarIsHeard) {
  sleep();
  loseSession();
  world_.request(kStartCharging);
  world_.run(10min - 1s);
  EXPECT_EQ(texts(), 1);
  world_.run(1s);
  EXPECT_EQ(texts(), 2);
}

TEST(SmsLimit, HoldsForTheDayAlsoOverARestart) {
  World world(testing::memoryPersistence(), withTexts(1));
  world.wakeCar();
  world.run(1min);
  world.car.hears_rings = false;
  world.request(kStartCharging);
  world.run(1min);
  ASSERT_TRUE(world.latest<SendSms>());
  world.effects.clear();
  world.restartServer();
  world.run(1h);
  EXPECT_FALSE(world.latest<SendSms>());
  EXPECT_EQ(world.device().sms_count, 1u);
}

TEST_F(SmsTest, ThatTheProviderRefusesIsInTheLedgerAndNotTriedAgainForThisWake) {
  sleep();
  loseSession();
  const CommandId id = world_.request(kStartCharging);
  world_.answerSms("the car has no number");
  EXPECT_EQ(latestAttempt(id).result, AttemptResult::Failed);
  EXPECT_EQ(latestAttempt(id).detail, "the car has no number");
  world_.run(1h);
  EXPECT_EQ(texts(), 1);
}

}  // namespace
}  // namespace smartkar::server
