// Whatever the answers to what no document says about the modem turn out to be: the same outcome, only later.
#include <gmock/gmock.h>

#include <algorithm>
#include <string>
#include <vector>

#include "modem_sim/answer_sets.hpp"
#include "modem_sim/switches.hpp"
#include "sim/world.hpp"

namespace smartkar::sim {
namespace {

using device::MqttEngineKind;
using modem_sim::Answers;
using server::CommandState;

SimCarSettings carWith(const Answers& answers, MqttEngineKind engine) {
  SimCarSettings car = defaultCar();
  car.device.mqtt.engine = engine;
  for (const auto& [name, value] : answers) EXPECT_TRUE(setSwitch(car.modem, name, value)) << name << "=" << value;
  return car;
}

// One life: cold start, awake command, sleeping command, a command that may expire, losses, a power cut while acting.
class Life {
 public:
  Life(const Answers& answers, MqttEngineKind engine) : world_(1, log_, carWith(answers, engine)) {}

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
    const auto id = world_.ask({"vehicle.startCharging", {}, 120});
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

class BenchQuestions : public testing::TestWithParam<Answers> {};

TEST_P(BenchQuestions, AnswersChangeOnlyLatency) {
  SCOPED_TRACE(testing::PrintToString(GetParam()));
  for (const MqttEngineKind engine : {MqttEngineKind::Native, MqttEngineKind::Socket}) {
    SCOPED_TRACE(engine == MqttEngineKind::Native ? "native engine" : "socket engine");
    Life(GetParam(), engine).live();
  }
}

INSTANTIATE_TEST_SUITE_P(Alone, BenchQuestions, testing::ValuesIn(modem_sim::answersAlone()));
INSTANTIATE_TEST_SUITE_P(Pairwise, BenchQuestions, testing::ValuesIn(modem_sim::answersPairwise()));

TEST(BenchQuestionsTest, EveryNumberThatAnswersAQuestionIsTriedOut) {
  for (const Answers& other : modem_sim::otherAnswers()) EXPECT_FALSE(other.empty());
}

}  // namespace
}  // namespace smartkar::sim
