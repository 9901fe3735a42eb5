#include <gtest/gtest.h>

#include <string>

#include "device/link/keep_alive.hpp"
#include "sim/world.hpp"

namespace smartkar::sim {
namespace {

using std::chrono::seconds;

// A car that sleeps behind a carrier's NAT and is rung once in each sleep.
class KeepAliveBehindNat : public testing::TestWithParam<int> {
 protected:
  KeepAliveBehindNat() {
    world.car.on_modem_input = [this](std::string_view bytes) {
      typed_ += bytes;
      const std::size_t end = typed_.rfind('\r');
      if (end == std::string::npos) return;
      static const std::string kSetting = "\"KEEPTIME\",";
      const std::size_t at = typed_.rfind(kSetting, end);
      if (at != std::string::npos) interval = seconds(std::stoi(typed_.substr(at + kSetting.size())));
      typed_.erase(0, end);
    };
  }
  static SimCarSettings settings() {
    SimCarSettings car = defaultCar();
    car.modem.timing.nat_timeout = seconds(GetParam());
    return car;
  }
  // False: the ring did not come through, so the command waited for the timer.
  bool ringOnce() {
    EXPECT_TRUE(world.untilAsleep(10min));
    world.time.runFor(100min);
    const auto id = world.order("ping");
    if (world.untilFinal(id, 2min)) return true;
    EXPECT_TRUE(world.untilFinal(id, 3h)) << "not even in the contact that the timer brings";
    return false;
  }

  NullLogSink log;
  World world{1, log, settings()};
  seconds interval{};

 private:
  std::string typed_;
};

TEST_P(KeepAliveBehindNat, IsLearnedAtTheCostOfTwoMissedRings) {
  ASSERT_TRUE(world.untilInContact(60s));
  int missed = 0;
  for (int sleep = 0; sleep < 30; ++sleep) missed += !ringOnce();
  const seconds timeout = GetParam() == 0 ? device::kKeepAliveMax : seconds(GetParam());
  EXPECT_LE(interval, timeout);
  EXPECT_GE(interval * 10, std::min(timeout, device::kKeepAliveMax) * 7);
  EXPECT_LE(missed, GetParam() == 0 ? 0 : 2);
}

INSTANTIATE_TEST_SUITE_P(Timeouts, KeepAliveBehindNat, testing::Values(30, 60, 120, 299, 600, 1200, 1800, 0),
                         [](const auto& timeout) {
                           return timeout.param == 0 ? std::string("never") : std::to_string(timeout.param) + "s";
                         });

}  // namespace
}  // namespace smartkar::sim
