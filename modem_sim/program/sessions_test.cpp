// Many modems, scripts, recording and replay, as a user runs them.
#include "modem_sim/program/sessions.hpp"

#include <gmock/gmock.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <thread>

#include "modem_sim/program/control_client.hpp"
#include "test/support/child_process.hpp"
#include "test/support/mosquitto.hpp"
#include "test/support/temporary_directory.hpp"

namespace smartkar::modem_sim {
namespace {

using test::ChildProcess;
using testing::HasSubstr;

constexpr auto kPatience = std::chrono::seconds(20);

std::string readFile(const std::string& name) {
  std::ifstream file(name);
  return {std::istreambuf_iterator<char>(file), {}};
}

// False: it does not come about in time.
bool waitUntil(const std::function<bool()>& condition) {
  const auto deadline = std::chrono::steady_clock::now() + kPatience;
  while (!condition()) {
    if (std::chrono::steady_clock::now() > deadline) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  return true;
}

struct SessionsTest : testing::Test {
  std::string file(const std::string& name) const { return (directory.path() / name).string(); }
  // A modem that is still registering may put RDY and the like between a command and its answer.
  bool waitUntilRegistered(const std::string& modem) const {
    return waitUntil([&] {
      const auto state = tellControl(file(modem + ".ctl"), "state");
      return state && state->find("\"registration\":1") != std::string::npos;
    });
  }
  std::string write(const std::string& name, const std::string& text) const {
    std::ofstream(file(name)) << text;
    return file(name);
  }
  test::TemporaryDirectory directory;
};

TEST_F(SessionsTest, EachOfManyModemsAnswersWithItsOwnImei) {
  ChildProcess program(
      {SMARTKAR_MODEM_SIM, "--count", "3", "--link", file("modem"), "--power", "on", "--preset", "fast"});
  ASSERT_TRUE(program.waitForText("modem-2.ctl", kPatience));
  for (const auto& [name, imei] : {std::pair{"modem-0", "860016049999999"}, {"modem-2", "860016050000001"}}) {
    ASSERT_TRUE(waitUntilRegistered(name));
    const std::string session =
        write("imei", "-> AT+GSN\\r\n<- AT+GSN\\r\\r\\n" + std::string(imei) + "\\r\\n\n<- \\r\\nOK\\r\\n\n");
    const auto finished = test::runProgram({SMARTKAR_MODEM_SIM, "replay", session, "--serial", file(name)});
    EXPECT_EQ(finished.exit_code, 0) << finished.output;
  }
  EXPECT_EQ(program.stop(), 0);
  EXPECT_FALSE(std::filesystem::exists(std::filesystem::symlink_status(file("modem-0"))));
}

TEST_F(SessionsTest, ScriptConnectsManyModemsToARealBroker) {
  const test::Mosquitto broker;
  ChildProcess listener({"mosquitto_sub", "-p", std::to_string(broker.port()), "-t", "modem/+/out", "-v"});
  ASSERT_TRUE(waitUntil([&] { return broker.log().find("Sending SUBACK") != std::string::npos; }));
  ChildProcess program({SMARTKAR_MODEM_SIM, "--count", "20", "--script", SMARTKAR_PUBLISH_SCRIPT, "--preset", "fast",
                        "--variable", "host=127.0.0.1", "--variable", "port=" + std::to_string(broker.port())});
  EXPECT_TRUE(listener.waitForText("modem/0/out hello", kPatience));
  EXPECT_TRUE(listener.waitForText("modem/19/out hello", kPatience));
  EXPECT_EQ(program.stop(), 0);
}

TEST_F(SessionsTest, RecordedSessionIsReplayedToBothSides) {
  ChildProcess modem({SMARTKAR_MODEM_SIM, "--link", file("modem"), "--power", "on", "--preset", "fast"});
  ASSERT_TRUE(modem.waitForText("control socket", kPatience));
  ASSERT_TRUE(waitUntilRegistered("modem"));
  const std::string recording = file("recording");
  const std::string host = write(
      "host", "-> ATE0\\r\n<- ATE0\\r\n<- \\r\\nOK\\r\\n\n-> AT+GSN\\r\n<- \\r\\n{number}\\r\\n\n<- \\r\\nOK\\r\\n\n");
  {
    ChildProcess recorder(
        {SMARTKAR_MODEM_SIM, "record", "--serial", file("modem"), "--link", file("port"), "--out", recording});
    ASSERT_TRUE(recorder.waitForText("recording", kPatience));
    const auto played = test::runProgram({SMARTKAR_MODEM_SIM, "replay", host, "--serial", file("port")});
    EXPECT_EQ(played.exit_code, 0) << played.output;
    EXPECT_EQ(recorder.stop(), 0);
  }
  EXPECT_THAT(readFile(recording), HasSubstr("-> AT+GSN\\r\n"));
  EXPECT_THAT(readFile(recording), HasSubstr("<- \\r\\n860016049999999\\r\\n\n"));
  // Now the recording is the modem.
  ChildProcess replay({SMARTKAR_MODEM_SIM, "replay", recording, "--link", file("replayed")});
  ASSERT_TRUE(replay.waitForText("replaying", kPatience));
  const auto played = test::runProgram({SMARTKAR_MODEM_SIM, "replay", host, "--serial", file("replayed")});
  EXPECT_EQ(played.exit_code, 0) << played.output;
  EXPECT_EQ(replay.waitForExit(kPatience), 0);
}

TEST_F(SessionsTest, HostThatDiffersFromTheTranscriptIsTold) {
  const std::string transcript = write("transcript", "-> ATE0\\r\n<- \\r\\nOK\\r\\n\n");
  ChildProcess replay({SMARTKAR_MODEM_SIM, "replay", transcript, "--link", file("replayed")});
  ASSERT_TRUE(replay.waitForText("replaying", kPatience));
  std::ofstream(file("replayed")) << "ATE1\r" << std::flush;
  EXPECT_TRUE(replay.waitForText("line 1: expected ATE0\\r, got ATE1\\r", kPatience));
  EXPECT_EQ(replay.waitForExit(kPatience), 3);
}

TEST_F(SessionsTest, WrongUseIsSaidWithItsCause) {
  const auto run = [](std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), SMARTKAR_MODEM_SIM);
    return test::runProgram(arguments);
  };
  EXPECT_EQ(run({"replay", "none"}).exit_code, 2);
  EXPECT_THAT(run({"replay", file("none"), "--link", file("x")}).output, HasSubstr("cannot be read"));
  const std::string wrong = write("wrong", "-> {nothing}\\r\n");
  EXPECT_THAT(run({"--script", wrong}).output, HasSubstr("wrong: line 1: {nothing}"));
  EXPECT_THAT(run({"--link", file("x"), "--quirk", "none"}).output, HasSubstr("--list-quirks"));
  EXPECT_THAT(run({"--link", file("x"), "--fault", "wedge=x"}).output, HasSubstr("--list-faults"));
  EXPECT_THAT(run({"--link", file("x"), "--connect-to", "broker:1883"}).output, HasSubstr("NEWHOST"));
  EXPECT_EQ(run({"--link", file("x"), "--script", wrong}).exit_code, 2);
  EXPECT_THAT(run({"--list-faults", "--json"}).output, testing::StartsWith("[{\"name\":\"uart-noise\""));
}

}  // namespace
}  // namespace smartkar::modem_sim
