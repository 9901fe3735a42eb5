#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "device/app/testing/car_bench.hpp"

namespace smartkar::device {
namespace {

using protocol::Presence;

// What the old firmware did wrong as a whole (docs/old-firmware-defects.md).
struct OldFirmware : testing::Test {
  CarBench bench;
};

TEST_F(OldFirmware, Defect22CommandAndVehicleGoOnWhileTheLinkIsBeingOpened) {
  bench.inContact();
  bench.send(5, "vehicle.startCharging");
  bench.runFor(1s);
  bench.link.breakLink();
  bench.link.rest_time = bench.scheduler.get();
  bench.link.open_takes = 94s;
  bench.runFor(90s);
  EXPECT_EQ(bench.starts, 1);
  EXPECT_FALSE(bench.finished(5));
  ASSERT_TRUE(bench.runUntil([&] { return bench.finished(5); }, 30s));
  EXPECT_EQ(bench.responses(5).back(), "completed");
}

TEST_F(OldFirmware, Defect32SleepThatCouldNotBeAnnouncedDoesNotBegin) {
  bench.inContact();
  int refused = 0;
  bench.link.on_publish = [&, normal = bench.link.on_publish](const Published& message) {
    const bool farewell =
        message.channel == protocol::Channel::Status && CarBench::status(message.payload).presence == Presence::Asleep;
    if (farewell && refused++ == 0) return bench.link.breakLink();
    normal(message);
  };
  ASSERT_TRUE(bench.runUntilAsleep(5min));
  std::vector<Presence> said;
  for (const auto& status : bench.statuses()) said.push_back(status.presence);
  EXPECT_EQ(said, (std::vector{Presence::Awake, Presence::Asleep, Presence::Awake, Presence::Asleep}))
      << "a new contact follows the farewell that failed";
  EXPECT_EQ(refused, 2);
}

TEST_F(OldFirmware, Defect35CarWithNothingToDoLogsNothingAndNeverAPayload) {
  bench.settings.sleep.idle = 1h;
  bench.inContact();
  bench.runFor(5s);
  const std::size_t before = bench.log.lines.size();
  bench.runFor(30min);
  EXPECT_EQ(bench.log.lines.size(), before);
  EXPECT_THAT(bench.log.lines, ::testing::Not(::testing::Contains(::testing::HasSubstr("{"))));
}

}  // namespace
}  // namespace smartkar::device
