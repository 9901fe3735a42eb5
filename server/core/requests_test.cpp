#include "server/core/requests.hpp"

#include <gtest/gtest.h>

#include "server/core/world.hpp"

namespace smartkar::server {
namespace {

using protocol::Channel;
using testing::World;

constexpr const char* kStartCharging = "vehicle.startCharging";

TEST(Ids, GrowWithTimeSoThatARestoredBackupReusesNone_P1) {
  World world;
  const CommandId id = world.request(kStartCharging);
  EXPECT_EQ(id, 1767225600u - 1577836800u + 65u);
  EXPECT_EQ(world.request(kStartCharging), id + 1);
}

TEST(Ids, AreAboveWhatTheCarRemembers_P1) {
  World world;
  world.car.hears_rings = false;
  world.receive(Channel::Status,
                R"({"online":true,"boot":1,"conn":1,"contact":77,"journal":"a1b2","maxId":2000000000})");
  EXPECT_EQ(world.request(kStartCharging), 2000000001u);
}

TEST(Ids, RunOutIsARefusal) {
  World world;
  world.car.hears_rings = false;
  world.receive(Channel::Status,
                R"({"online":true,"boot":1,"conn":1,"contact":77,"journal":"a1b2","maxId":2147483647})");
  EXPECT_EQ(world.request(kStartCharging), 0u);
  EXPECT_EQ(world.latest<CommandRefused>()->reason, Refusal::IdsExhausted);
}

TEST(Idempotency, SameKeyAndRequestIsTheSameCommand) {
  World world;
  world.car.hears_rings = false;
  const CommandId id = world.request(kStartCharging, R"({"targetSoc":80})", {}, "k");
  EXPECT_EQ(world.request(kStartCharging, R"({ "targetSoc" : 80 })", {}, "k"), id);
  EXPECT_TRUE(world.latest<CommandAccepted>()->replayed);
}

TEST(OnlyIf, ConditionsAreCheckedHereAndGoToTheCar) {
  World world;
  world.request(kStartCharging, R"({"onlyIf":{"socBelow":101}})");
  EXPECT_EQ(world.latest<CommandRefused>()->field.describe(), "onlyIf.socBelow must be 0-100");
  const CommandId id = world.request(kStartCharging, R"({"onlyIf":{"plugged":true}})");
  EXPECT_EQ(world.command(id).params_json, R"({"targetSoc":80,"maxCurrent":32,"onlyIf":{"plugged":true}})");
}

TEST(Idempotency, SameKeyForAnotherRequestIsAConflict) {
  World world;
  world.request(kStartCharging, R"({"targetSoc":80})", {}, "k");
  EXPECT_EQ(world.request(kStartCharging, R"({"targetSoc":90})", {}, "k"), 0u);
  EXPECT_EQ(world.latest<CommandRefused>()->reason, Refusal::IdempotencyConflict);
}

TEST(Idempotency, KeyIsForgottenADayAfterTheTimeOfTheCommandAlthoughItEndedEarly) {
  World world;
  world.wakeCar();
  const CommandId id = world.request(kStartCharging, "", 6 * 3600, "k");
  world.run(29h);
  EXPECT_EQ(world.command(id).state, CommandState::Completed);
  world.restartServer();
  EXPECT_EQ(world.request(kStartCharging, "", 6 * 3600, "k"), id);
  world.run(2h);
  EXPECT_NE(world.request(kStartCharging, "", 6 * 3600, "k"), id);
}

struct RefusedCase {
  const char* name;
  const char* action;
  const char* params;
  std::optional<std::int64_t> ttl;
  Refusal reason;
  const char* field;
};

class RefusedRequest : public ::testing::TestWithParam<RefusedCase> {};

TEST_P(RefusedRequest, NamesTheFieldAndStoresNothing) {
  World world;
  EXPECT_EQ(world.request(GetParam().action, GetParam().params, GetParam().ttl), 0u);
  const auto refused = world.latest<CommandRefused>();
  ASSERT_TRUE(refused);
  EXPECT_EQ(refused->reason, GetParam().reason);
  EXPECT_EQ(refused->field.field, GetParam().field);
  EXPECT_TRUE(world.stored.empty());
}

INSTANTIATE_TEST_SUITE_P(
    All, RefusedRequest,
    ::testing::Values(RefusedCase{"UnknownAction", "vehicle.fly", "", {}, Refusal::UnknownAction, "action"},
                      RefusedCase{"LinkAction", "system.sync", "", {}, Refusal::UnknownAction, "action"},
                      RefusedCase{
                          "OutOfRange", kStartCharging, R"({"targetSoc":101})", {}, Refusal::BadParameter, "targetSoc"},
                      RefusedCase{"NoObject", kStartCharging, "[]", {}, Refusal::BadParameter, "params"},
                      RefusedCase{"NoJson", kStartCharging, "{", {}, Refusal::BadParameter, "params"},
                      RefusedCase{"TtlTooShort", kStartCharging, "", 9, Refusal::BadTtl, "ttl"},
                      RefusedCase{"TtlTooLong", kStartCharging, "", 30 * 24 * 3600 + 1, Refusal::BadTtl, "ttl"}),
    [](const auto& tested) { return tested.param.name; });

TEST(Request, TooManyOpenCommandsAreRefused) {
  World world;
  world.car.hears_rings = false;
  for (int i = 0; i < 64; ++i) ASSERT_NE(world.request(kStartCharging), 0u);
  EXPECT_EQ(world.request(kStartCharging), 0u);
  EXPECT_EQ(world.latest<CommandRefused>()->reason, Refusal::TooManyOpen);
}

}  // namespace
}  // namespace smartkar::server
