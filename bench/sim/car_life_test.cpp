#include "bench/sim/car_life.hpp"

#include <gtest/gtest.h>

namespace smartkar::bench {
namespace {

TEST(CarLife, TwoDaysHaveEightTimerWakesEachAndADrive) {
  const CarLife life = liveQuietly(2);
  EXPECT_EQ(life.lived, 48h);
  // Besides the first start, eight timers a day, less those that fall into the drive, and the drives.
  EXPECT_GE(life.starts, 15);
  EXPECT_LE(life.starts, 21);
  EXPECT_GT(life.samples, 50);
  EXPECT_TRUE(life.in_touch);
}

}  // namespace
}  // namespace smartkar::bench
