#include "device/command/command_table.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>
#include <string>
#include <vector>

namespace smartkar::device {
namespace {

// The cells of one line of a markdown table, without the spaces around them.
std::vector<std::string> cellsOf(const std::string& line) {
  std::vector<std::string> cells;
  std::istringstream text(line.substr(1));
  for (std::string cell; std::getline(text, cell, '|');) {
    const auto first = cell.find_first_not_of(' ');
    cells.push_back(first == std::string::npos ? "" : cell.substr(first, cell.find_last_not_of(' ') - first + 1));
  }
  return cells;
}

// The table that follows this mark in docs/protocol.md, without the line of dashes.
std::vector<std::vector<std::string>> documentedTable(const std::string& mark) {
  std::ifstream file(SMARTKAR_SOURCE_DIR "/docs/protocol.md");
  std::vector<std::vector<std::string>> rows;
  std::string line;
  while (std::getline(file, line) && line != mark) continue;
  while (std::getline(file, line) && line.starts_with('|')) {
    if (!line.starts_with("| ---")) rows.push_back(cellsOf(line));
  }
  return rows;
}

TEST(CommandTable, IsTheOneOfTheProtocolDocument) {
  const auto documented = documentedTable("<!-- car table -->");
  ASSERT_EQ(documented.size(), kRows + 1);
  for (std::size_t row = 0; row < kRows; ++row) {
    ASSERT_EQ(documented[row + 1].size(), kHappenings + 1);
    EXPECT_EQ(documented[row + 1][0], rowName(static_cast<Row>(row)));
    for (std::size_t i = 0; i < kHappenings; ++i) {
      const auto happening = static_cast<Happening>(i);
      EXPECT_EQ(documented[0][i + 1], happeningName(happening));
      EXPECT_EQ(documented[row + 1][i + 1], stepName(stepFor(static_cast<Row>(row), happening)))
          << documented[row + 1][0] << " × " << documented[0][i + 1];
    }
  }
}

TEST(CommandTable, EnteringACellCountsItUpToTheHighestCount) {
  CellCounts cells;
  EXPECT_EQ(cells.enter(Row::Unseen, Happening::Cancel), Step::Bury);
  EXPECT_EQ(cells.at(Row::Unseen, Happening::Cancel), 1u);
  for (int i = 0; i < 70000; ++i) cells.enter(Row::Unseen, Happening::Cancel);
  EXPECT_EQ(cells.at(Row::Unseen, Happening::Cancel), 65535u);
  EXPECT_EQ(cells.at(Row::Finished, Happening::Cancel), 0u);
}

TEST(CommandTableDeathTest, ImpossibleCellEndsTheProgram) {
  CellCounts cells;
  EXPECT_DEATH(cells.enter(Row::Unseen, Happening::Ready), "Impossible");
}

}  // namespace
}  // namespace smartkar::device
