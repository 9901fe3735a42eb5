#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "conformance/phrases.hpp"
#include "test/conformance/campaign.hpp"

namespace smartkar::conformance {
namespace {

NullLogSink silent;

class Conformance : public testing::Test {
 public:
  explicit Conformance(std::function<void()> body) : body_(std::move(body)) {}
  void TestBody() override { body_(); }

 private:
  std::function<void()> body_;
};

void add(const std::string& name, const std::function<void()>& body) {
  testing::RegisterTest("Conformance", name.c_str(), nullptr, nullptr, __FILE__, __LINE__,
                        [body]() -> Conformance* { return new Conformance(body); });
}

void playOne(const Script& script) {
  const Played played = playVirtually(script, silent);
  EXPECT_EQ(played.report.verdict, Verdict::Ok) << played.report.why;
}

void visitEveryCell(const std::vector<Script>& scripts) {
  Visits server;
  Visits car;
  for (const Script& script : scripts) {
    const Played played = playVirtually(script, silent);
    addVisits(server, played.server);
    addVisits(car, played.car);
  }
  EXPECT_EQ(unvisited(serverTable(), server), std::vector<std::string>()) << printed(serverTable(), server);
  EXPECT_EQ(unvisited(carTable(), car), std::vector<std::string>()) << printed(carTable(), car);
}

// One test a scenario, so that a failure names it. In the name of a test a hyphen means something else.
bool addAll() {
  try {
    const std::vector<Script> scripts = allScripts(phrases());
    for (const Script& script : scripts) {
      std::string name = script.name;
      std::ranges::replace(name, '-', '_');
      add(name, [script] { playOne(script); });
    }
    add("EveryCellOfBothTablesIsVisited", [scripts] { visitEveryCell(scripts); });
  } catch (const ScriptError& error) {
    const std::string why = error.what();
    add("EveryScenarioCanBeRead", [why] { FAIL() << why; });
  }
  return true;
}

const bool added = addAll();

}  // namespace
}  // namespace smartkar::conformance
