// Whatever the answers to what no document says about the modem turn out to be: the same outcome, only later.
#include <gmock/gmock.h>

#include <algorithm>
#include <iterator>
#include <set>
#include <string>
#include <vector>

#include "modem_sim/switches.hpp"
#include "sim/world.hpp"

namespace smartkar::sim {
namespace {

using server::CommandState;

struct Answer {
  std::string name;
  std::string value;
};
std::ostream& operator<<(std::ostream& out, const Answer& answer) { return out << answer.name << "=" << answer.value; }
using Answers = std::vector<Answer>;

// Answers that are numbers: the ends of what is plausible.
const Answers kNumbers = {{"ri_width_ms", "20"},
                          {"ri_width_ms", "1000"},
                          {"ri_to_text_ms", "-50"},
                          {"ri_to_text_ms", "200"},
                          {"edrx_cycle", "0"},
                          {"edrx_cycle", "5"},
                          {"paging_window", "0"},
                          {"paging_window", "15"},
                          {"nat_timeout_ms", "240000"},
                          {"nat_timeout_ms", "1800000"},
                          {"smstate_delay_ms", "30000"},
                          {"publish_edit_timeout_ms", "0"},
                          {"publish_edit_timeout_ms", "1000"},
                          {"inbound_max", "512"},
                          {"boot_ms", "1800"},
                          {"boot_ms", "5000"},
                          {"rdy_ms", "2000"},
                          {"sim_ms", "3000"},
                          {"sms_ready_ms", "20000"}};

// Every answer but the usual one, by switch.
std::vector<Answers> otherAnswers() {
  std::vector<Answers> all;
  for (const modem_sim::Switch& item : modem_sim::switches()) {
    if (item.question == 0) continue;
    const std::string name(item.name);
    const std::string usual = valueText(item, modem_sim::Config());
    Answers other;
    for (std::string_view rest = item.words; !rest.empty();) {
      const std::string value(rest.substr(0, rest.find('|')));
      rest.remove_prefix(std::min(rest.size(), value.size() + 1));
      if (value != usual) other.push_back({name, value});
    }
    std::ranges::copy_if(kNumbers, std::back_inserter(other), [&](const Answer& a) { return a.name == name; });
    all.push_back(std::move(other));
  }
  return all;
}

Answers eachAlone() {
  Answers all;
  for (const Answers& other : otherAnswers()) all.insert(all.end(), other.begin(), other.end());
  return all;
}

SimCarSettings carWith(const Answers& answers) {
  SimCarSettings car = defaultCar();
  for (const auto& [name, value] : answers) EXPECT_TRUE(setSwitch(car.modem, name, value)) << name << "=" << value;
  return car;
}

// One life: cold start, awake command, sleeping command, a command that may expire, losses, a power cut while acting.
class Life {
 public:
  explicit Life(const Answers& answers) : world_(1, log_, carWith(answers)) {}

  void live() {
    ASSERT_TRUE(world_.untilInContact(3min));
    ASSERT_TRUE(runs("vehicle.startCharging", 60s)) << "awake";
    fallAsleep();
    world_.time.runFor(1h);
    ASSERT_TRUE(runs("vehicle.startCharging", kLongestSleep)) << "asleep";
    fallAsleep();
    expiresOrRuns();
    survivesLosses();
    tellsTheTruthAfterAPowerCut();
  }

 private:
  static constexpr Duration kLongestSleep = 3h + 5min;  // P5

  // How often the vehicle was told to start or stop something.
  std::size_t effects() const {
    return static_cast<std::size_t>(std::ranges::count_if(world_.car.acts(), [](const VehicleAct& act) {
      return act.operation == device::VehicleOperation::Start || act.operation == device::VehicleOperation::Stop;
    }));
  }

  // P1, P3: it ends as completed and was done once.
  bool runs(const char* action, Duration within) {
    const std::size_t before = effects();
    const auto id = world_.order(action);
    const bool ended = world_.untilFinal(id, within);
    EXPECT_TRUE(ended) << action << ": " << stateName(world_.command(id).state);
    EXPECT_EQ(world_.command(id).state, CommandState::Completed);
    EXPECT_EQ(effects() - before, 1U);
    return ended && !testing::Test::HasFailure();
  }

  // A car that charges stays awake.
  void fallAsleep() {
    ASSERT_TRUE(runs("vehicle.stopCharging", kLongestSleep)) << "before sleep";
    ASSERT_TRUE(world_.untilAsleep(30min));
  }

  // P2, P4: what is called expired never happens, not even after the next contact.
  void expiresOrRuns() {
    const std::size_t before = effects();
    const auto id = world_.server.order({kCcid, "vehicle.startCharging", {}, 120});
    ASSERT_TRUE(id.has_value());
    ASSERT_TRUE(world_.untilFinal(*id, 10min));
    const CommandState state = world_.command(*id).state;
    ASSERT_TRUE(state == CommandState::Expired || state == CommandState::Completed) << stateName(state);
    ASSERT_TRUE(world_.untilInContact(kLongestSleep));
    world_.time.runFor(1min);
    EXPECT_EQ(world_.command(*id).state, state);
    EXPECT_EQ(effects() - before, state == CommandState::Completed ? 1U : 0U);
  }

  // P5: the context, the broker, the carrier's memory of the connection.
  void survivesLosses() {
    ASSERT_TRUE(world_.untilInContact(kLongestSleep));
    world_.car.modem().dropPdp(world_.time.now());
    ASSERT_TRUE(runs("vehicle.stopCharging", kLongestSleep)) << "context lost";
    world_.broker.restart(false);
    world_.network.resetAll();
    ASSERT_TRUE(runs("vehicle.startCharging", kLongestSleep)) << "broker lost";
    world_.car.modem().dropNat(world_.time.now());
    ASSERT_TRUE(runs("vehicle.stopCharging", kLongestSleep)) << "connection forgotten";
  }

  // P1, P4
  void tellsTheTruthAfterAPowerCut() {
    ASSERT_TRUE(world_.untilInContact(kLongestSleep));
    const std::size_t before = effects();
    const auto id = world_.order("vehicle.startCharging");
    ASSERT_TRUE(
        world_.time.runUntil([&] { return world_.command(id).state >= CommandState::InProgress; }, kLongestSleep));
    world_.car.setPower(false);
    world_.time.runFor(5s);
    world_.car.setPower(true);
    ASSERT_TRUE(world_.untilFinal(id, kLongestSleep));
    const std::size_t acts = effects() - before;
    switch (world_.command(id).state) {
      case CommandState::Completed:
        EXPECT_EQ(acts, 1U);
        break;
      case CommandState::Failed:
        EXPECT_EQ(acts, 0U);
        break;
      default:
        EXPECT_EQ(world_.command(id).state, CommandState::Unknown);
        EXPECT_LE(acts, 1U);
    }
  }

  NullLogSink log_;
  World world_;
};

class BenchQuestions : public testing::TestWithParam<Answer> {};

TEST_P(BenchQuestions, EachAnswerAloneChangesOnlyLatency) { Life({GetParam()}).live(); }

INSTANTIATE_TEST_SUITE_P(Flipped, BenchQuestions, testing::ValuesIn(eachAlone()));

TEST(BenchQuestionsTest, EveryNumberThatAnswersAQuestionIsTriedOut) {
  for (const Answers& other : otherAnswers()) EXPECT_FALSE(other.empty());
}

// Sets of answers in which every two answers of different switches meet, the usual ones included. Each set is filled
// switch by switch with the answer that meets most others for the first time.
std::vector<Answers> pairwise() {
  std::vector<Answers> choices = otherAnswers();
  for (Answers& answers : choices) answers.push_back({answers.front().name, {}});  // the usual one
  using Place = std::pair<std::size_t, std::size_t>;                               // switch, answer
  std::set<std::pair<Place, Place>> open;
  for (std::size_t a = 0; a < choices.size(); ++a) {
    for (std::size_t b = a + 1; b < choices.size(); ++b) {
      for (std::size_t i = 0; i < choices[a].size(); ++i) {
        for (std::size_t j = 0; j < choices[b].size(); ++j) open.insert({{a, i}, {b, j}});
      }
    }
  }
  std::vector<Answers> sets;
  while (!open.empty()) {
    // Begins with a pair that has not met, so that every set is of use.
    std::vector<Place> chosen = {open.begin()->first, open.begin()->second};
    const auto meets = [&open](Place one, Place other) {
      return open.contains(one < other ? std::pair(one, other) : std::pair(other, one));
    };
    for (std::size_t a = 0; a < choices.size(); ++a) {
      if (std::ranges::any_of(chosen, [a](const Place& place) { return place.first == a; })) continue;
      Place best{a, 0};
      std::ptrdiff_t most = -1;
      for (std::size_t i = 0; i < choices[a].size(); ++i) {
        const auto first_time = std::ranges::count_if(chosen, [&](const Place& place) { return meets(place, {a, i}); });
        if (first_time > most) best = {a, i};
        most = std::max(most, first_time);
      }
      chosen.push_back(best);
    }
    std::ranges::sort(chosen);
    Answers set;
    for (std::size_t i = 0; i < chosen.size(); ++i) {
      for (std::size_t j = i + 1; j < chosen.size(); ++j) open.erase({chosen[i], chosen[j]});
      const Answer& answer = choices[chosen[i].first][chosen[i].second];
      if (!answer.value.empty()) set.push_back(answer);
    }
    sets.push_back(std::move(set));
  }
  return sets;
}

class BenchQuestionPairs : public testing::TestWithParam<Answers> {};

TEST_P(BenchQuestionPairs, AnswersTogetherChangeOnlyLatency) {
  SCOPED_TRACE(testing::PrintToString(GetParam()));
  Life(GetParam()).live();
}

INSTANTIATE_TEST_SUITE_P(Covering, BenchQuestionPairs, testing::ValuesIn(pairwise()));

}  // namespace
}  // namespace smartkar::sim
