#include <gtest/gtest.h>

#include <cctype>
#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <sstream>
#include <string>
#include <vector>

namespace smartkar::test {
namespace {

using Names = std::set<std::string>;

constexpr int kDefects = 64;

std::vector<std::string> linesOf(const std::filesystem::path& file) {
  std::ifstream text(file);
  std::vector<std::string> lines;
  for (std::string line; std::getline(text, line);) lines.push_back(line);
  return lines;
}

// The parts of a text between its separators.
std::vector<std::string> split(const std::string& text, char separator) {
  std::istringstream rest(text);
  std::vector<std::string> parts;
  for (std::string part; std::getline(rest, part, separator);) parts.push_back(part);
  return parts;
}

// "Name" of a line that begins "TEST_F(Suite, Name) {"; empty: the line begins no test.
std::string testNameOf(const std::string& line) {
  if (!line.starts_with("TEST")) return {};
  const std::size_t comma = line.find(", ");
  const std::size_t end = line.find(')');
  return comma < end && end != std::string::npos ? line.substr(comma + 2, end - comma - 2) : std::string();
}

// The numbers that follow "Defect" in a test's name: "Defect4And5…" has two.
std::vector<int> defectsOf(const std::string& name) {
  static const std::string kMark = "Defect";
  std::vector<int> numbers;
  const std::size_t mark = name.find(kMark);
  if (mark == std::string::npos) return numbers;
  std::istringstream rest(name.substr(mark + kMark.size()));
  const auto digit = [&] { return std::isdigit(rest.peek()) != 0; };
  while (digit()) {
    int number = 0;
    rest >> number;
    numbers.push_back(number);
    if (rest.peek() == 'A') rest.ignore(3);  // "And"
  }
  return numbers;
}

std::map<int, Names> testsOfTheTree() {
  std::map<int, Names> tests;
  for (const char* part : {"base", "broker", "device", "mqtt", "ports", "protocol", "server", "sim", "test"}) {
    const std::filesystem::path folder = std::filesystem::path(SMARTKAR_SOURCE_DIR) / part;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
      if (!entry.path().string().ends_with("_test.cpp")) continue;
      for (const auto& line : linesOf(entry.path())) {
        const std::string name = testNameOf(line);
        for (const int number : defectsOf(name)) tests[number].insert(name);
      }
    }
  }
  return tests;
}

// The last column of each row, by the number in the first.
std::map<int, std::string> tableOfTheDocument() {
  std::map<int, std::string> cells;
  for (const auto& line : linesOf(SMARTKAR_SOURCE_DIR "/docs/old-firmware-defects.md")) {
    const auto columns = split(line, '|');
    if (columns.size() != 4 || std::isdigit(columns[1][1]) == 0) continue;
    cells[std::stoi(columns[1])] = columns[3].substr(1);
  }
  return cells;
}

TEST(OldDefects, TableNamesEveryTestOfEachDefectOrSaysWhyThereIsNone) {
  const auto cells = tableOfTheDocument();
  auto tests = testsOfTheTree();
  for (int number = 1; number <= kDefects; ++number) {
    ASSERT_TRUE(cells.contains(number)) << "no row for defect " << number;
    const std::string& cell = cells.at(number);
    if (tests[number].empty()) {
      EXPECT_TRUE(cell.starts_with("Does not apply: ") || cell.starts_with("Open: ")) << number << ": " << cell;
      continue;
    }
    Names named;
    const auto pieces = split(cell, '`');  // every second one stands between two
    for (std::size_t i = 1; i < pieces.size(); i += 2) named.insert(pieces[i]);
    EXPECT_EQ(named, tests[number]) << "defect " << number;
  }
}

}  // namespace
}  // namespace smartkar::test
