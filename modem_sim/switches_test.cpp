#include "modem_sim/switches.hpp"

#include <gmock/gmock.h>

#include <fstream>
#include <iterator>
#include <set>

namespace smartkar::modem_sim {
namespace {

// The row of a switch in docs/modem-sim.md.
std::string documentedRow(const Switch& item) {
  std::string allowed;
  for (const char c : allowedValues(item)) allowed += c == '|' ? std::string("\\|") : std::string(1, c);
  const std::string question = item.question == 0 ? "" : std::to_string(item.question);
  return "| " + question + " | `" + std::string(item.name) + "` | " + allowed + " | " + valueText(item, Config()) +
         " | " + std::string(item.meaning) + " |\n";
}

TEST(SwitchesTest, DocumentationHasEachSwitchAsItIs) {
  std::ifstream file(SMARTKAR_SOURCE_DIR "/docs/modem-sim.md");
  const std::string document{std::istreambuf_iterator<char>(file), {}};
  for (const Switch& item : switches()) EXPECT_THAT(document, testing::HasSubstr(documentedRow(item)));
}

TEST(SwitchesTest, EachQuestionHasASwitchAndNoNameIsUsedTwice) {
  std::set<std::string_view> names;
  std::set<int> answered;
  for (const Switch& item : switches()) {
    EXPECT_TRUE(names.insert(item.name).second) << item.name;
    answered.insert(item.question);
  }
  answered.erase(0);
  EXPECT_EQ(answered.size(), questions().size());
  EXPECT_EQ(*answered.rbegin(), std::ssize(questions()));
}

TEST(SwitchesTest, EachValueThatIsAllowedIsTakenAndShown) {
  for (const Switch& item : switches()) {
    Config config;
    std::string_view rest = item.words;
    const std::string low = std::to_string(item.low);
    const std::string high = std::to_string(item.high);
    std::vector<std::string> values = {low, high};
    if (!rest.empty()) values.clear();
    while (!rest.empty()) {
      values.emplace_back(rest.substr(0, rest.find('|')));
      rest.remove_prefix(std::min(rest.size(), values.back().size() + 1));
    }
    for (const std::string& value : values) {
      EXPECT_TRUE(setSwitch(config, item.name, value)) << item.name << " " << value;
      EXPECT_EQ(valueText(item, config), value) << item.name;
    }
  }
}

TEST(SwitchesTest, AnythingElseIsRefusedAndChangesNothing) {
  Config config;
  for (const auto& [name, value] : {std::pair("nothing", "1"),
                                    {"ri_on_smsub", "1"},
                                    {"oversize", ""},
                                    {"oversize", "drop|truncate"},
                                    {"inbound_max", "0"},
                                    {"inbound_max", "12x"},
                                    {"boot_ms", "-1"}}) {
    EXPECT_FALSE(setSwitch(config, name, value)) << name << " " << value;
  }
  EXPECT_EQ(questionsJson(config), questionsJson(Config()));
}

}  // namespace
}  // namespace smartkar::modem_sim
