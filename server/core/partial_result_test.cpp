#include "server/core/partial_result.hpp"

#include <gtest/gtest.h>

#include "server/core/world.hpp"

namespace smartkar::server {
namespace {

using protocol::Channel;
using testing::World;

class Parts : public ::testing::Test {
 protected:
  void SetUp() override {
    world.wakeCar();
    world.lost_to_server = [](const testing::FakeCar::Message& m) { return m.channel == Channel::Response; };
    id = world.request("vehicle.getState");
  }
  void part(int number, int count, int seq, const std::string& members) {
    world.receive(Channel::Response, R"({"id":)" + std::to_string(id) + R"(,"ok":true,"status":"completed","part":)" +
                                         std::to_string(number) + R"(,"parts":)" + std::to_string(count) +
                                         R"(,"boot":1,"seq":)" + std::to_string(seq) + "," + members + "}");
  }

  World world;
  CommandId id = 0;
};

TEST_F(Parts, CommandEndsWithTheLastPartAndHasAllMembers) {
  part(1, 3, 41, R"("profiles":[{"a":1},{"a":2}])");
  part(2, 3, 42, R"("profiles":[{"a":3}],"count":3)");
  EXPECT_FALSE(isFinal(world.command(id).state));
  part(3, 3, 43, R"("more":false)");
  EXPECT_EQ(world.command(id).state, CommandState::Completed);
  EXPECT_EQ(world.command(id).result_json, R"({"profiles":[{"a":1},{"a":2},{"a":3}],"count":3,"more":false})");
}

TEST_F(Parts, ArriveInAnyOrderAndMoreThanOnce) {
  part(2, 2, 42, R"("b":2)");
  part(2, 2, 42, R"("b":2)");
  EXPECT_FALSE(isFinal(world.command(id).state));
  part(1, 2, 41, R"("a":1)");
  EXPECT_EQ(world.command(id).result_json, R"({"a":1,"b":2})");
}

TEST_F(Parts, OfTwoAnswersAreNotMixed) {
  part(1, 2, 41, R"("a":1)");
  part(2, 2, 52, R"("b":20)");
  EXPECT_FALSE(isFinal(world.command(id).state));
  part(1, 2, 51, R"("a":10)");
  EXPECT_EQ(world.command(id).result_json, R"({"a":10,"b":20})");
}

TEST(PartialResult, EmptyArraysAndRepeatedMembersJoin) {
  PartialResult partial{1, 1, {R"({"a":[],"n":1})", R"({"a":[1]})", R"({"a":[],"n":2})"}};
  EXPECT_EQ(joined(partial), R"({"a":[1],"n":1})");
}

}  // namespace
}  // namespace smartkar::server
