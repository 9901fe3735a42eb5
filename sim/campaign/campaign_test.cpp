// The campaign itself: a run follows from its seed, a run without faults keeps the promise and completes what it
// orders, and there are faults that do something.
#include "sim/campaign/campaign.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "sim/campaign/faults.hpp"

namespace smartkar::sim {
namespace {

CampaignSettings settings(std::uint64_t seed, std::set<std::string> faults) {
  CampaignSettings run;
  run.seed = seed;
  run.cars = 2;
  run.span = 12h;
  run.faults = std::move(faults);
  return run;
}

TEST(Campaign, SameSeedIsTheSameRunAndAnotherSeedIsNot) {
  const CampaignResult once = play(settings(7, allFaults()));
  EXPECT_EQ(once.trace, play(settings(7, allFaults())).trace);
  EXPECT_NE(once.trace, play(settings(8, allFaults())).trace);
}

TEST(Campaign, ListenerChangesNothing) {
  std::size_t lines = 0;
  const CampaignResult told = play(settings(7, allFaults()), [&](Duration, std::string_view) { ++lines; });
  EXPECT_GT(lines, 1000u);
  EXPECT_EQ(told.trace, play(settings(7, allFaults())).trace);
}

TEST(Campaign, WithoutFaultsThePromiseIsKeptAndWhatWasOrderedLastIsCompleted) {
  for (std::uint64_t seed = 1; seed <= 5; ++seed) {
    const CampaignResult result = play(settings(seed, {}));
    EXPECT_EQ(result.inflicted, 0u);
    EXPECT_TRUE(result.violations.empty()) << seed << ": " << result.violations.front().text;
    EXPECT_GE(std::ranges::count(result.outcomes, "completed", &Outcome::state), 2);
  }
}

TEST(Campaign, CarIsMovedToTcpAndSpeaksOverIt) {
  CampaignSettings run = settings(4, {"link"});
  run.cars = 3;
  run.span = 24h;
  std::size_t announcements = 0;
  play(run, [&](Duration, std::string_view line) { announcements += line.find(R"("link":"tcp")") != line.npos; });
  EXPECT_GT(announcements, 0u);
}

// A fault that does nothing would leave the run as it is without.
class EachFault : public testing::TestWithParam<std::string_view> {};

TEST_P(EachFault, ChangesWhatHappensAndBreaksNoPromise) {
  const std::set<std::string> only{std::string(GetParam())};
  bool different = false;
  for (std::uint64_t seed = 1; seed <= 20 && !different; ++seed) {
    CampaignSettings run = settings(seed, only);
    run.cars = 1;
    const CampaignResult result = play(run);
    EXPECT_TRUE(result.violations.empty()) << seed << ": " << result.violations.front().text;
    if (result.inflicted == 0) continue;
    run.faults = {};
    different = result.trace != play(run).trace;
  }
  EXPECT_TRUE(different);
}

std::vector<std::string_view> faultNames() {
  std::vector<std::string_view> names;
  for (const FaultKind& kind : faultKinds()) names.push_back(kind.name);
  return names;
}

INSTANTIATE_TEST_SUITE_P(Faults, EachFault, testing::ValuesIn(faultNames()), [](const auto& instance) {
  std::string name(instance.param);
  std::ranges::replace(name, '-', '_');
  return name;
});

}  // namespace
}  // namespace smartkar::sim
