#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "server/http/http_bench.hpp"

namespace smartkar::server {
namespace {

using ::testing::HasSubstr;
using testing::HttpServerTest;
using testing::kCar;
using testing::kCommands;
using testing::kStart;

constexpr const char* kAwake = R"({"online":true,"boot":7,"conn":3,"contact":91827,"journal":"a1b2","maxId":0})";

class CancelTest : public HttpServerTest {
 protected:
  TestResponse cancel(const std::string& id) { return post("", "", kCommands + "/" + id + "/cancel"); }
  // Accepts the body and returns the command's id.
  std::string posted(const std::string& body = kStart) {
    return std::to_string(parsed(post(body)).at("id").as_int64());
  }
  std::string stateOf(const std::string& id) {
    return std::string(parsed(get(kCommands + "/" + id)).at("state").as_string());
  }
  // The car begins a contact, so that what is queued is sent.
  void beginContact() {
    onServer([this] {
      backend_.feed(BrokerUp{.generation = 0, .session_present = true});
      backend_.receive(protocol::Channel::Status, kAwake);
    });
  }
  void respond(const std::string& id, const std::string& rest) {
    const std::string response = R"({"id":)" + id + R"(,"boot":7,)" + rest + "}";
    onServer([&] { backend_.receive(protocol::Channel::Response, response); });
  }
  // A command that ended so long ago that only the store has it.
  void storeForgotten(CommandId id, CommandState state) {
    CommandRecord command;
    command.ccid = kCar;
    command.id = id;
    command.action = "vehicle.startCharging";
    command.state = state;
    command.finished_at = unixTime(1000);
    const std::vector<Mutation> mutations{PutCommand{command, 0}};
    onServer([&] { ASSERT_TRUE(backend_.store().apply(mutations).ok()); });
  }
};

TEST_F(CancelTest, WaitingCommandEndsAtOnceAndRepeatingItDoesNoHarm) {
  const std::string id = posted();
  for (int i = 0; i < 2; ++i) {
    const auto response = cancel(id);
    ASSERT_EQ(response.status, 202);
    const auto command = parsed(response);
    EXPECT_EQ(command.at("state").as_string(), "cancelled");
    EXPECT_TRUE(command.at("final").as_bool());
    EXPECT_FALSE(command.at("cancelRequested").as_bool());
    EXPECT_EQ(command.at("history").as_array().size(), 2u);
  }
}

TEST_F(CancelTest, CarIsAskedToGiveUpWhatItMayHave) {
  const std::string id = posted();
  beginContact();
  for (int i = 0; i < 2; ++i) {
    const auto response = cancel(id);
    ASSERT_EQ(response.status, 202);
    EXPECT_EQ(parsed(response).at("state").as_string(), "sent");
    EXPECT_TRUE(parsed(response).at("cancelRequested").as_bool());
  }
  respond(id, R"("ok":false,"status":"cancelled","seq":1)");
  EXPECT_EQ(stateOf(id), "cancelled");
  EXPECT_FALSE(parsed(get(kCommands + "/" + id)).at("cancelRequested").as_bool());
}

TEST_F(CancelTest, CommandThatGoesOnIsNoLongerRequestedToBeCancelled) {
  const std::string id = posted();
  beginContact();
  cancel(id);
  respond(id, R"("ok":true,"status":"in_progress","stage":"sending_command","cancel":"too_late","seq":1)");
  EXPECT_FALSE(parsed(get(kCommands + "/" + id)).at("cancelRequested").as_bool());
  EXPECT_EQ(stateOf(id), "in_progress");
}

TEST_F(CancelTest, EndedCommandIsAConflictThatSaysHowItEnded) {
  const std::string id = posted();
  beginContact();
  respond(id, R"("ok":true,"status":"completed","seq":1)");
  const auto response = cancel(id);
  EXPECT_EQ(response.status, 409);
  EXPECT_EQ(fieldOf(response), "");
  EXPECT_THAT(response.body, HasSubstr("completed"));
}

TEST_F(CancelTest, CommandThatOnlyTheStoreRemembersIsStillKnown) {
  storeForgotten(7, CommandState::Failed);
  storeForgotten(8, CommandState::Cancelled);
  EXPECT_EQ(cancel("7").status, 409);
  EXPECT_THAT(cancel("7").body, HasSubstr("failed"));
  EXPECT_EQ(cancel("8").status, 202);
}

TEST_F(CancelTest, OldFirmwareCannotBeAsked) {
  const std::string id = posted();
  onServer([this] { backend_.feed(LegacyUp{kCar}); });
  ASSERT_EQ(stateOf(id), "sent");
  const auto response = cancel(id);
  EXPECT_EQ(response.status, 409);
  EXPECT_THAT(response.body, HasSubstr("old firmware"));
}

TEST_F(CancelTest, UnknownCommandIsNotFoundAndOnlyPostCancels) {
  EXPECT_EQ(cancel("1").status, 404);
  EXPECT_EQ(cancel("x").status, 404);
  EXPECT_EQ(post("", "", "/api/v1/devices/1/commands/1/cancel").status, 404);
  const auto response = get(kCommands + "/1/cancel");
  EXPECT_EQ(response.status, 405);
  EXPECT_EQ(response.fields.at("allow"), "POST");
}

TEST_F(CancelTest, SupersedingCommandCancelsThoseOfItsSubject) {
  const std::string charging = posted();
  const std::string climate = posted(R"({"action":"vehicle.startClimate"})");
  const auto response = post(R"({"action":"vehicle.stopCharging","supersede":true})");
  ASSERT_EQ(response.status, 202);
  EXPECT_TRUE(parsed(response).at("supersedes").as_bool());
  EXPECT_EQ(stateOf(charging), "cancelled");
  EXPECT_EQ(stateOf(climate), "queued");
  EXPECT_FALSE(parsed(get(kCommands + "/" + climate)).at("supersedes").as_bool());
}

TEST_F(CancelTest, WhatCannotSupersedeIsRefusedByItsField) {
  for (const char* body : {R"({"action":"ping","supersede":true})", R"({"action":"vehicle.getState","supersede":true})",
                           R"({"action":"vehicle.stopCharging","supersede":1})"}) {
    const auto response = post(body);
    EXPECT_EQ(response.status, 422) << body;
    EXPECT_EQ(fieldOf(response), "supersede") << body;
  }
  EXPECT_EQ(post(R"({"action":"ping","supersede":false})").status, 202);
}

}  // namespace
}  // namespace smartkar::server
