#include "server/core/telemetry.hpp"

#include <gtest/gtest.h>

#include "server/core/world.hpp"

namespace smartkar::server {
namespace {

using protocol::Channel;
using testing::kCcid;
using testing::World;

TEST(Telemetry, AbsentFieldsStayAndNullMakesUnknown) {
  World world;
  world.receive(Channel::State, R"({"vehicle":{"battery":{"soc":55,"charging":true}},"boot":1,"seq":1})");
  world.receive(Channel::State, R"({"vehicle":{"battery":{"charging":null}},"boot":1,"seq":2})");
  EXPECT_EQ(stateJson(*world.fleet().state(kCcid)), R"({"vehicle":{"battery":{"charging":null,"soc":55}}})");
}

TEST(Telemetry, OlderOrRepeatedMessagesChangeNothing) {
  World world;
  world.receive(Channel::State, R"({"vehicle":{"battery":{"soc":55}},"boot":1,"seq":5})");
  world.receive(Channel::State, R"({"vehicle":{"battery":{"soc":44}},"boot":1,"seq":4})");
  world.receive(Channel::State, R"({"vehicle":{"battery":{"soc":33}},"boot":1,"seq":5})");
  EXPECT_EQ(stateJson(*world.fleet().state(kCcid)), R"({"vehicle":{"battery":{"soc":55}}})");
}

std::optional<SampleRecord> latestSample(const World& world) {
  std::optional<SampleRecord> found;
  for (const Mutation& mutation : world.stored) {
    if (const auto* added = std::get_if<AddSample>(&mutation)) found = added->sample;
  }
  return found;
}

TEST(Telemetry, EveryMessageIsASampleOfItsTime) {
  World world;
  world.receive(Channel::State,
                R"({"ts":1000,"vehicle":{"battery":{"soc":55,"charging":null}},"device":{"wakeCause":"a\"b"}})");
  EXPECT_EQ(latestSample(world),
            (SampleRecord{kCcid, unixTime(1000),
                          R"({"vehicle.battery.soc":55,"vehicle.battery.charging":null,"device.wakeCause":"a\"b"})"}));
}

TEST(Telemetry, SampleOfTheFutureIsOfNow) {
  World world;
  world.receive(Channel::State, R"({"ts":4102444800,"vehicle":{"battery":{"soc":55}}})");
  ASSERT_TRUE(latestSample(world));
  EXPECT_EQ(latestSample(world)->at, world.wall());
}

TEST(Telemetry, RepeatedMessageIsNoSample) {
  World world;
  world.receive(Channel::State, R"({"vehicle":{"battery":{"soc":55}},"boot":1,"seq":5})");
  world.stored.clear();
  world.receive(Channel::State, R"({"vehicle":{"battery":{"soc":55}},"boot":1,"seq":5})");
  EXPECT_FALSE(latestSample(world));
}

TEST(Telemetry, EventIsStoredWithItsDetails) {
  World world;
  world.receive(Channel::Event,
                R"({"domain":"vehicle","name":"socThreshold","soc":80,"ts":1767225500,"boot":1,"seq":3})");
  const auto event = world.latest<EventHappened>();
  ASSERT_TRUE(event);
  EXPECT_EQ(event->event.name, "socThreshold");
  EXPECT_EQ(event->event.details_json, R"({"soc":80})");
  EXPECT_EQ(event->event.time, unixTime(1767225500));
}

TEST(Telemetry, FieldsThatMakeNoSenseAreQuarantinedAndTheOthersKept) {
  World world;
  const std::string payload = R"({"vehicle":{"battery":{"soc":101,"charging":true},"fly":1},"boot":1,"seq":1})";
  world.receive(Channel::State, payload);
  EXPECT_EQ(stateJson(*world.fleet().state(kCcid)), R"({"vehicle":{"battery":{"charging":true}}})");
  std::optional<QuarantineRecord> kept;
  for (const Mutation& mutation : world.stored) {
    if (const auto* added = std::get_if<AddQuarantine>(&mutation)) kept = added->message;
  }
  ASSERT_TRUE(kept);
  EXPECT_EQ(kept->payload, protocol::fromCar(payload));
  EXPECT_EQ(kept->reason, "only these fields: vehicle.battery.soc must be 0-100; vehicle.fly is unknown");
  ASSERT_TRUE(world.latest<TelemetryNoted>());
  EXPECT_EQ(world.latest<TelemetryNoted>()->refused_fields, 2u);
}

TEST(Telemetry, MessageThatMakesNoSenseIsQuarantined) {
  World world;
  for (const Channel channel : {Channel::State, Channel::Event, Channel::Response, Channel::Status}) {
    world.stored.clear();
    world.receive(channel, "{\"id\":");
    ASSERT_EQ(world.stored.size(), 1u) << static_cast<int>(channel);
    EXPECT_TRUE(std::holds_alternative<AddQuarantine>(world.stored[0]));
  }
}

}  // namespace
}  // namespace smartkar::server
