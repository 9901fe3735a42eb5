#include "server/core/command_table.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>
#include <string>
#include <vector>

namespace smartkar::server {
namespace {

std::vector<std::string> cellsOf(const std::string& line) {
  std::vector<std::string> cells;
  std::istringstream text(line.substr(1));
  for (std::string cell; std::getline(text, cell, '|');) {
    const auto begin = cell.find_first_not_of(' ');
    cells.push_back(begin == cell.npos ? "" : cell.substr(begin, cell.find_last_not_of(' ') - begin + 1));
  }
  return cells;
}

// The rows of the server's table in the document, the heading first.
std::vector<std::vector<std::string>> documentedTable() {
  std::ifstream document(SMARTKAR_SOURCE_DIR "/docs/protocol.md");
  std::vector<std::vector<std::string>> rows;
  std::string line;
  while (std::getline(document, line) && line != "<!-- server table -->") {
  }
  while (std::getline(document, line) && line.starts_with('|')) {
    if (!line.starts_with("| ---")) rows.push_back(cellsOf(line));
  }
  return rows;
}

TEST(CommandTable, IsTheOneOfTheProtocolDocument) {
  const auto table = documentedTable();
  ASSERT_EQ(table.size(), kRowCount + 1);
  for (std::size_t h = 0; h < kHappeningCount; ++h) {
    EXPECT_EQ(table[0].at(h + 1), happeningName(static_cast<Happening>(h)));
  }
  for (std::size_t r = 0; r < kRowCount; ++r) {
    const auto row = static_cast<Row>(r);
    EXPECT_EQ(table[r + 1].at(0), rowName(row));
    for (std::size_t h = 0; h < kHappeningCount; ++h) {
      const auto happening = static_cast<Happening>(h);
      EXPECT_EQ(table[r + 1].at(h + 1), stepName(stepFor(row, happening)))
          << rowName(row) << ", " << happeningName(happening);
    }
  }
}

TEST(CommandTable, RowTellsHowMuchTheCarCanKnow) {
  CommandRecord command;
  EXPECT_EQ(rowOf(command), Row::Waiting);
  command.last_contact = 7;
  EXPECT_EQ(rowOf(command), Row::Requeued);
  command.state = CommandState::Sent;
  EXPECT_EQ(rowOf(command), Row::Sent);
  command.withdrawal = Withdrawal::Expired;
  EXPECT_EQ(rowOf(command), Row::Withdrawing);
  command.withdrawal = Withdrawal::None;
  command.state = CommandState::InProgress;
  EXPECT_EQ(rowOf(command), Row::Taken);
  command.sent_once = true;
  EXPECT_EQ(rowOf(command), Row::SentOnce);
  command.state = CommandState::Expired;
  EXPECT_EQ(rowOf(command), Row::Provisional);
  command.decided_by_car = true;
  EXPECT_EQ(rowOf(command), Row::Closed);
  command.state = CommandState::Unknown;
  EXPECT_EQ(rowOf(command), Row::Provisional);
}

}  // namespace
}  // namespace smartkar::server
