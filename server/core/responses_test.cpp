#include "server/core/responses.hpp"

#include <gtest/gtest.h>

#include "server/core/world.hpp"

namespace smartkar::server {
namespace {

using protocol::Channel;
using testing::FakeCar;
using testing::World;

constexpr const char* kStartCharging = "vehicle.startCharging";

bool isCommand(const PublishCommand& message) { return message.kind == PublishKind::Command; }

TEST(Truth, ResetWhileActingIsUnknownAndNotRetried_P1_P4) {
  World world;
  world.wakeCar();
  const CommandId id = world.request(kStartCharging);
  world.car.reboot(world.now());
  world.run(1min);
  EXPECT_EQ(world.command(id).state, CommandState::Unknown);
  EXPECT_EQ(world.publishedCount(PublishKind::Command), 1);
}

TEST(Truth, LostJournalMakesWhatWasSentUnknownAndKeepsWhatWasNot_P1) {
  World world;
  world.wakeCar();
  world.lost_to_server = [](const FakeCar::Message& m) { return m.channel == Channel::Response; };
  const CommandId sent = world.request(kStartCharging);
  const CommandId waiting = world.request("vehicle.startClimate");
  world.lost_to_server = [](const FakeCar::Message&) { return false; };
  world.car.loseJournal(0xC3D4);
  world.car.reboot(world.now());
  world.run(1min);
  EXPECT_EQ(world.command(sent).state, CommandState::Unknown);
  EXPECT_EQ(world.command(waiting).state, CommandState::Completed);
}

struct LateCase {
  const char* name;
  std::vector<const char*> responses;  // what follows the id
  CommandState state;
  const char* stage;
};

class LateResponse : public ::testing::TestWithParam<LateCase> {};

TEST_P(LateResponse, NeverMovesACommandBackwards_P4) {
  World world;
  world.car.hears_rings = false;
  world.wakeCar();
  world.lost_to_car = isCommand;
  const CommandId id = world.request(kStartCharging);
  for (const char* response : GetParam().responses) {
    world.receive(Channel::Response, R"({"id":)" + std::to_string(id) + "," + response + "}");
  }
  EXPECT_EQ(world.command(id).state, GetParam().state);
  EXPECT_EQ(world.command(id).stage, GetParam().stage);
}

INSTANTIATE_TEST_SUITE_P(
    All, LateResponse,
    ::testing::Values(LateCase{"ProgressAfterFinal",
                               {R"("ok":true,"status":"completed","boot":1,"seq":9)",
                                R"("ok":true,"status":"in_progress","stage":"accepted","boot":1,"seq":8)"},
                               CommandState::Completed,
                               ""},
                      LateCase{"EarlierStage",
                               {R"("ok":true,"status":"in_progress","stage":"updating_profile","boot":1,"seq":9)",
                                R"("ok":true,"status":"in_progress","stage":"requesting_wake","boot":1,"seq":10)"},
                               CommandState::InProgress,
                               "updating_profile"},
                      LateCase{"LowerSequence",
                               {R"("ok":true,"status":"in_progress","stage":"requesting_wake","boot":1,"seq":9)",
                                R"("ok":true,"status":"in_progress","stage":"updating_profile","boot":1,"seq":8)"},
                               CommandState::InProgress,
                               "requesting_wake"},
                      LateCase{"BusyOfAnEarlierTry",
                               {R"("ok":true,"status":"in_progress","stage":"accepted","try":1,"boot":1,"seq":9)",
                                R"("ok":false,"status":"busy","try":1,"boot":1,"seq":10)"},
                               CommandState::Accepted,
                               "accepted"},
                      LateCase{"SecondFinal",
                               {R"("ok":true,"status":"completed","boot":1,"seq":9)",
                                R"("ok":false,"status":"failed","boot":1,"seq":10)"},
                               CommandState::Completed,
                               ""},
                      LateCase{"TruthAfterUnknown",
                               {R"("ok":false,"status":"unknown","boot":1,"seq":9)",
                                R"("ok":true,"status":"completed","boot":1,"seq":10)"},
                               CommandState::Completed,
                               ""},
                      LateCase{"ReportOfAnotherAction",
                               {R"("ok":true,"status":"in_progress","stage":"accepted","boot":1,"seq":9)",
                                R"("ok":true,"status":"completed","action":"vehicle.stopClimate","boot":1,"seq":10)"},
                               CommandState::Accepted,
                               "accepted"},
                      LateCase{"WithoutStampsByRankAlone",
                               {R"("ok":true,"status":"in_progress","stage":"sending_command")",
                                R"("ok":true,"status":"in_progress","stage":"accepted")"},
                               CommandState::InProgress,
                               "sending_command"},
                      LateCase{"Rejected",
                               {R"("ok":false,"status":"not_supported","error":"no such action","boot":1,"seq":9)"},
                               CommandState::Rejected,
                               ""}),
    [](const auto& tested) { return tested.param.name; });

}  // namespace
}  // namespace smartkar::server
