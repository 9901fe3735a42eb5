#include "device/power/cell_policy.hpp"

#include <gtest/gtest.h>

namespace smartkar::device {
namespace {

constexpr CellSettings kSettings;

PowerReading at(std::optional<int> percent, bool supply = false) {
  return {.cell_mv = 3600, .cell_percent = percent, .supply = supply, .charging = supply};
}

TEST(CellPolicy, LevelsBeginAtTheirPercent) {
  EXPECT_EQ(cellLevel(kSettings, CellLevel::Good, at(11), {}), CellLevel::Good);
  EXPECT_EQ(cellLevel(kSettings, CellLevel::Good, at(10), {}), CellLevel::Low);
  EXPECT_EQ(cellLevel(kSettings, CellLevel::Good, at(6), {}), CellLevel::Low);
  EXPECT_EQ(cellLevel(kSettings, CellLevel::Low, at(5), {}), CellLevel::Critical);
}

TEST(CellPolicy, LevelStaysUntilTheCellHasRecovered) {
  EXPECT_EQ(cellLevel(kSettings, CellLevel::Low, at(14), {}), CellLevel::Low);
  EXPECT_EQ(cellLevel(kSettings, CellLevel::Critical, at(14), {}), CellLevel::Critical);
  EXPECT_EQ(cellLevel(kSettings, CellLevel::Critical, at(15), {}), CellLevel::Good);
}

TEST(CellPolicy, WarningOfTheChipCountsAlsoWithoutAGauge) {
  EXPECT_EQ(cellLevel(kSettings, CellLevel::Good, at(std::nullopt), {.cell_low = true}), CellLevel::Low);
  EXPECT_EQ(cellLevel(kSettings, CellLevel::Low, at(std::nullopt), {.cell_critical = true}), CellLevel::Critical);
  EXPECT_EQ(cellLevel(kSettings, CellLevel::Low, at(std::nullopt), {}), CellLevel::Low);
  EXPECT_EQ(cellLevel(kSettings, CellLevel::Good, at(std::nullopt), {}), CellLevel::Good);
}

TEST(CellPolicy, WarningThatIsLongOverIsNone) {
  EXPECT_EQ(cellLevel(kSettings, CellLevel::Good, at(80), {.cell_low = true, .cell_critical = true}), CellLevel::Good);
}

TEST(CellPolicy, SupplyEndsTheShortageButNotTheLevel) {
  EXPECT_EQ(shortage(CellLevel::Critical, at(4, true)), CellLevel::Good);
  EXPECT_EQ(shortage(CellLevel::Critical, at(4)), CellLevel::Critical);
  EXPECT_EQ(cellLevel(kSettings, CellLevel::Low, at(12, true), {}), CellLevel::Low);
}

}  // namespace
}  // namespace smartkar::device
