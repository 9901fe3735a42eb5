#include "ports/linux/power_file.hpp"

#include <gtest/gtest.h>

#include <fstream>

#include "test/support/temporary_directory.hpp"

namespace smartkar::ports {
namespace {

struct Power : testing::Test {
  void write(const char* text) { std::ofstream(path) << text << '\n'; }

  test::TemporaryDirectory directory;
  std::string path = (directory.path() / "power").string();
  PowerFile power{path};
};

TEST_F(Power, FullAndSuppliedWithoutAFile) {
  EXPECT_EQ(power.read().cell_percent, 100);
  EXPECT_TRUE(power.read().supply);
}

TEST_F(Power, ChangesAreSeenAndLatched) {
  write("percent=9 supply=no charging=no mv=3480");
  EXPECT_TRUE(power.wakes(device::PowerWake::CellWarning));
  EXPECT_TRUE(power.takeEvents().cell_low);
  EXPECT_FALSE(power.wakes(device::PowerWake::CellWarning));
  EXPECT_EQ(power.read(), (device::PowerReading{.cell_mv = 3480, .cell_percent = 9}));
  write("supply=yes");
  EXPECT_TRUE(power.wakes(device::PowerWake::SupplyInserted));
  EXPECT_EQ(power.read().cell_percent, 9);
}

TEST_F(Power, NonsenseChangesNothing) {
  write("percent=9x supply=maybe what = ever");
  EXPECT_EQ(power.read().cell_percent, 100);
  EXPECT_TRUE(power.read().supply);
}

}  // namespace
}  // namespace smartkar::ports
