#include "conformance/script.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>

#include "conformance/phrases.hpp"

namespace smartkar::conformance {
namespace {

std::string errorOf(const std::string& text) {
  try {
    parseScript("some-name.txt", text, phrases());
    return "";
  } catch (const ScriptError& error) {
    return error.what();
  }
}

Step only(const std::string& line) {
  return parseScript("some-name.txt", "# Title\n" + line + "\n", phrases()).steps.at(0);
}

TEST(Script, HasATitleAndSteps) {
  const Script script =
      parseScript("folder/some-name.txt", "# What it is about\n\n  car is awake  \n# why\nwait 1 s\n", phrases());
  EXPECT_EQ(script.name, "some-name");
  EXPECT_EQ(script.title, "What it is about");
  ASSERT_EQ(script.steps.size(), 2U);
  EXPECT_EQ(script.steps[1].line, 5);
  EXPECT_EQ(script.steps[1].arguments.duration, Duration(1s));
}

TEST(Script, OrderWithParametersAndTime) {
  const Step step = only("owner orders charge for 10 min: vehicle.startCharging targetSoc=80 maxCurrent=16");
  EXPECT_EQ(step.arguments.name, "charge");
  EXPECT_EQ(step.arguments.duration, Duration(10min));
  EXPECT_EQ(step.arguments.action, "vehicle.startCharging");
  EXPECT_EQ(step.arguments.parameters, R"({"targetSoc":80,"maxCurrent":16})");
}

TEST(Script, SomeOfTheMessages) {
  const Flow all = only("network loses rings").arguments.flow;
  EXPECT_EQ(all.kind, Kind::Ring);
  EXPECT_FALSE(all.count);
  EXPECT_EQ(only("network loses next ring").arguments.flow.count, 1);
  const Flow some = only("network delays next 2 answers about charge by 5 s").arguments.flow;
  EXPECT_EQ(some.count, 2);
  EXPECT_EQ(some.kind, Kind::Answer);
  EXPECT_EQ(some.about, "charge");
}

TEST(Script, ErrorsNameFileLineAndWhatWasExpected) {
  EXPECT_EQ(errorOf("# Title\ncar is asleep\ncar is tired\n"),
            "some-name.txt:3: \"tired\" is not understood; expected awake or asleep or out or within");
  EXPECT_EQ(errorOf("# Title\nwait 3\n"), "some-name.txt:2: something is missing at the end; expected DURATION");
  EXPECT_EQ(errorOf("# Title\nowner cancels\n"), "some-name.txt:2: something is missing at the end; expected NAME");
  EXPECT_EQ(errorOf("# Title\nbroker restarts now\n"),
            "some-name.txt:2: \"now\" is not understood; expected the end of the line");
}

TEST(Script, NeedsATitleAndAStep) {
  EXPECT_NE(errorOf("wait 1 s\n").find("must be a comment"), std::string::npos);
  EXPECT_NE(errorOf("# Title\n").find("there is no step"), std::string::npos);
}

// docs/conformance.md is what people write scripts by.
TEST(Script, EveryPhraseIsInTheDocument) {
  std::ifstream file(std::filesystem::path(SMARTKAR_SOURCE_DIR) / "docs/conformance.md");
  std::ostringstream document;
  document << file.rdbuf();
  for (const Phrase& phrase : phrases()) {
    EXPECT_NE(document.str().find("`" + std::string(phrase.pattern) + "`"), std::string::npos) << phrase.pattern;
  }
}

}  // namespace
}  // namespace smartkar::conformance
