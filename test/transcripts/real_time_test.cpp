// The manuals' sessions as a user runs them: through socat into the program's terminal, against a real Mosquitto, plain
// and with TLS.
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>

#include "test/support/certificates.hpp"
#include "test/support/child_process.hpp"
#include "test/support/mosquitto.hpp"
#include "test/support/temporary_directory.hpp"
#include "test/support/unix_stream.hpp"

namespace smartkar::modem_sim {
namespace {

using std::filesystem::path;

constexpr auto kPatience = std::chrono::seconds(20);

std::string readFile(const path& name) {
  std::ifstream file(name, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

// The session of a host that finds the modem with its echo on. The long waits are those of a modem that takes its time;
// this one is ten times as fast.
std::string sessionFor(const path& name) {
  constexpr std::string_view kWait = "-- wait ";
  constexpr int kLong = 3000;
  std::istringstream lines(readFile(name));
  std::string session;
  for (std::string line; std::getline(lines, line);) {
    const int ms = line.starts_with(kWait) ? std::stoi(line.substr(kWait.size())) : 0;
    session += ms > kLong ? std::string(kWait) + std::to_string(ms / 10) : line;
    session += '\n';
  }
  if (session.starts_with("-- vbat on")) return session;
  return "-- dtr low\n-> ATE0\\r\n<- ATE0\\r\\r\\nOK\\r\\n\n" + session;
}

std::string clockNow() {
  const std::time_t now = std::time(nullptr);
  std::tm parts{};
  gmtime_r(&now, &parts);
  char text[32];
  std::strftime(text, sizeof text, "%y/%m/%d,%H:%M:%S+00", &parts);
  return text;
}

class RealTimeTest : public testing::TestWithParam<const char*> {
 protected:
  void waitUntilRegistered() const {
    const test::UnixStream control((directory_.path() / "modem.ctl").string());
    const auto deadline = std::chrono::steady_clock::now() + kPatience;
    for (std::string state; state.find("\"registration\":1") == std::string::npos;) {
      ASSERT_LT(std::chrono::steady_clock::now(), deadline) << state;
      control.send("state\n");
      state = control.line();
    }
  }
  std::vector<std::string> replayArguments(const path& session, const test::Mosquitto& plain,
                                           const test::Mosquitto& tls) {
    std::vector<std::string> arguments = {SMARTKAR_MODEM_SIM, "replay", session.string(), "--serial",
                                          (directory_.path() / "port").string()};
    const auto give = [&arguments](const std::string& name, const std::string& value) {
      arguments.insert(arguments.end(), {"--variable", name + "=" + value});
    };
    give("host", "127.0.0.1");
    give("port", std::to_string(plain.port()));
    give("tls_port", std::to_string(tls.port()));
    give("clock", clockNow());
    for (const auto& [name, file] : {std::pair{"ca", "ca.crt"}, {"certificate", "car.crt"}, {"key", "car.key"}}) {
      const std::string content = readFile(directory_.path() / file);
      give(name, content);
      give(std::string(name) + "_size", std::to_string(content.size()));
    }
    return arguments;
  }

  test::TemporaryDirectory directory_;
};

TEST_P(RealTimeTest, SessionRunsThroughSocatAgainstMosquitto) {
  const path directory = directory_.path();
  test::makeCertificates(directory);
  const test::Mosquitto plain;
  const test::Mosquitto tls({.listener_lines = test::mutualTlsLines(directory)});
  const std::string session = sessionFor(path(SMARTKAR_TRANSCRIPTS) / (std::string(GetParam()) + ".transcript"));
  std::ofstream(directory / "session") << session;
  const std::string modem = (directory / "modem").string();
  const std::string port = (directory / "port").string();
  const bool begins_off = session.starts_with("-- vbat on");
  test::ChildProcess program(
      {SMARTKAR_MODEM_SIM, "--link", modem, "--preset", "fast", "--power", begins_off ? "off" : "on", "--json"});
  ASSERT_TRUE(program.waitForText("\"ready\":true", kPatience));
  if (!begins_off) waitUntilRegistered();
  test::ChildProcess socat({"socat", "-d", "-d", "PTY,link=" + port + ",raw,echo=0", "OPEN:" + modem + ",raw,echo=0"});
  ASSERT_TRUE(socat.waitForText("starting data transfer loop", kPatience));
  std::filesystem::create_symlink(modem + ".ctl", port + ".ctl");
  const auto finished = test::runProgram(replayArguments(directory / "session", plain, tls), std::chrono::seconds(60));
  EXPECT_EQ(finished.exit_code, 0) << finished.output;
}

INSTANTIATE_TEST_SUITE_P(Sessions, RealTimeTest,
                         testing::Values("app-note-4.1-pdn-activation", "app-note-4.2-apn-by-hand", "app-note-5.1-mqtt",
                                         "app-note-5.2-mqtts", "app-note-5.3.1-cloud", "12-cold-start",
                                         "12-sleep-and-warm-wake", "12-recovery-ladder"),
                         [](const auto& parameter) {
                           std::string name = parameter.param;
                           std::replace_if(
                               name.begin(), name.end(), [](char c) { return c == '-' || c == '.'; }, '_');
                           return name;
                         });

}  // namespace
}  // namespace smartkar::modem_sim
