#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <regex>
#include <set>
#include <sstream>

namespace smartkar::test {
namespace {

using Tests = std::map<int, std::set<std::string>>;

constexpr int kDefects = 64;

std::string contentOf(const std::filesystem::path& file) {
  std::ostringstream text;
  text << std::ifstream(file).rdbuf();
  return text.str();
}

std::vector<std::string> allMatches(const std::string& text, const std::regex& pattern) {
  std::vector<std::string> found;
  for (std::sregex_iterator match(text.begin(), text.end(), pattern), end; match != end; ++match) {
    found.push_back((*match)[1]);
  }
  return found;
}

// The numbers that a test's name begins with: "Defect4And5…" has two.
std::vector<int> numbersOf(const std::string& name) {
  std::smatch head;
  std::regex_search(name, head, std::regex("Defect(([0-9]+(And)?)+)"));
  std::vector<int> numbers;
  for (const auto& number : allMatches(head[1], std::regex("([0-9]+)"))) numbers.push_back(std::stoi(number));
  return numbers;
}

Tests testsOfTheTree() {
  static const std::regex kTest(R"(\nTEST(?:_F|_P)?\(\w+,\s*(\w*Defect[0-9]\w*))");
  Tests tests;
  for (const char* part : {"base", "broker", "device", "mqtt", "ports", "protocol", "server", "sim", "test"}) {
    for (const auto& entry :
         std::filesystem::recursive_directory_iterator(SMARTKAR_SOURCE_DIR "/" + std::string(part))) {
      if (!entry.path().string().ends_with("_test.cpp")) continue;
      for (const auto& name : allMatches(contentOf(entry.path()), kTest)) {
        for (const int number : numbersOf(name)) tests[number].insert(name);
      }
    }
  }
  return tests;
}

TEST(OldDefects, TableNamesEveryTestOfEachDefectOrSaysWhyThereIsNone) {
  const std::string document = contentOf(SMARTKAR_SOURCE_DIR "/docs/old-firmware-defects.md");
  Tests tests = testsOfTheTree();
  for (int number = 1; number <= kDefects; ++number) {
    std::smatch row;
    ASSERT_TRUE(
        std::regex_search(document, row, std::regex("\n\\| " + std::to_string(number) + " \\|.*\\| (.*) \\|\n")))
        << "no row for defect " << number;
    const std::string cell = row[1];
    if (tests[number].empty()) {
      EXPECT_TRUE(cell.starts_with("Does not apply: ") || cell.starts_with("Open: "))
          << "defect " << number << ": " << cell;
      continue;
    }
    const auto named = allMatches(cell, std::regex("`(\\w+)`"));
    EXPECT_EQ(std::set(named.begin(), named.end()), tests[number]) << "defect " << number;
  }
}

}  // namespace
}  // namespace smartkar::test
