// The manuals' sessions as a user runs them: through socat into the program's terminal, against a real Mosquitto, plain
// and with TLS. What a session names as its server is reached at the test's broker; nothing else is changed.
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <future>
#include <iterator>
#include <list>

#include "test/support/certificates.hpp"
#include "test/support/child_process.hpp"
#include "test/support/mosquitto.hpp"
#include "test/support/temporary_directory.hpp"
#include "test/support/unix_stream.hpp"
#include "test/transcripts/certificate_text.hpp"

namespace smartkar::modem_sim {
namespace {

using std::filesystem::path;

constexpr auto kPatience = std::chrono::seconds(20);
// The longest session waits for 25 s of its own.
constexpr auto kSessionPatience = std::chrono::seconds(100);

enum class Tls { None, Server, Mutual };

struct Session {
  const char* transcript;
  Tls tls = Tls::None;
  const char* server = "broker.example:1883";  // as the transcript names it
  const char* user = "";                       // who alone may connect; empty: everybody
  const char* password = "";
  const char* first = "";  // transcript that is played before
};

constexpr const char* kOwnKey = "a1kUAJknr0y.iot-as-mqtt.cn-shanghai.aliyuncs.com:1883";
constexpr const char* kTestKey = "a1mGfEydcDb.iot-as-mqtt.cn-shanghai.aliyuncs.com:1883";
constexpr const char* kOwnPassword = "56bf1f37de9ce2591f5699eea1117a43dae9bd11";
constexpr const char* kCertificates = "12-certificates";

// Passwords that the modem makes: openssl dgst -sha1 -hmac SECRET.
constexpr Session kSessions[] = {
    {"app-note-4.1-pdn-activation"},
    {"app-note-4.2-apn-by-hand"},
    {"app-note-5.1-mqtt", Tls::None, "117.131.85.139:6000"},
    {"app-note-5.2-mqtts", Tls::Mutual, "117.131.85.139:6001"},
    {"app-note-5.3.1-cloud", Tls::None, kOwnKey, "7000C&a1kUAJknr0y", kOwnPassword},
    {"app-note-5.3.2-cloud-tls", Tls::Mutual, kOwnKey, "7080&a1kUAJknr0y", kOwnPassword},
    {"app-note-5.3.3-cloud-device-secret", Tls::None, kTestKey, "SIM7080_test&a1mGfEydcDb",
     "487e547d6cc3db74e03ac8e6a3e56f18bf8832c5"},
    {"app-note-5.3.4-cloud-registration", Tls::Server, kTestKey, "device1&a1mGfEydcDb",
     "c62de49c0e108995ace85d71480863ca67be084e"},
    {"12-cold-start"},
    {"12-cold-start", Tls::Mutual, "broker.example:8883", "", "", kCertificates},
    {"12-sleep-and-warm-wake"},
    {"12-sleep-and-warm-wake", Tls::Mutual, "broker.example:8883", "", "", kCertificates},
    {"12-recovery-ladder"},
    {"12-recovery-ladder", Tls::Mutual, "broker.example:8883", "", "", kCertificates},
};

std::string readFile(const path& name) {
  std::ifstream file(name, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

std::string clockNow() {
  const std::time_t now = std::time(nullptr);
  std::tm parts{};
  gmtime_r(&now, &parts);
  char text[32];
  std::strftime(text, sizeof text, "%y/%m/%d,%H:%M:%S+00", &parts);
  return text;
}

// A modem, its broker, and socat between the two terminals.
class RealSession {
 public:
  // certificates: directory of makeCertificates().
  RealSession(const Session& session, const path& certificates)
      : session_(session), certificates_(certificates), broker_(brokerOptions()) {}

  // What was wrong; empty if nothing.
  std::string play() const {
    const path directory = directory_.path();
    const std::string modem = (directory / "modem").string();
    const std::string port = (directory / "port").string();
    test::ChildProcess program({SMARTKAR_MODEM_SIM, "--link", modem, "--preset", "fast", "--power", "on", "--json",
                                "--connect-to", session_.server + (":127.0.0.1:" + std::to_string(broker_.port()))});
    if (!program.waitForText("\"ready\":true", kPatience)) return "the modem does not start";
    if (!registered(modem + ".ctl")) return "the modem does not register";
    test::ChildProcess socat(
        {"socat", "-d", "-d", "PTY,link=" + port + ",raw,echo=0", "OPEN:" + modem + ",raw,echo=0"});
    if (!socat.waitForText("starting data transfer loop", kPatience)) return "socat does not start";
    std::filesystem::create_symlink(modem + ".ctl", port + ".ctl");
    std::ofstream(directory / "session") << text(session_.first) << text(session_.transcript);
    const auto finished = test::runProgram(replayArguments(), kSessionPatience);
    return finished.exit_code == 0 ? "" : finished.output;
  }

 private:
  test::MosquittoOptions brokerOptions() const {
    test::MosquittoOptions options;
    if (session_.tls == Tls::Mutual) options.listener_lines = test::mutualTlsLines(certificates_);
    if (session_.tls == Tls::Server) options.listener_lines = test::serverTlsLines(certificates_);
    if (*session_.user == '\0') return options;
    const std::string users = (directory_.path() / "users").string();
    const auto made = test::runProgram({"mosquitto_passwd", "-b", "-c", users, session_.user, session_.password});
    EXPECT_EQ(made.exit_code, 0) << made.output;
    options.allow_anonymous = false;
    options.global_lines = "password_file " + users;
    return options;
  }
  static std::string text(const std::string& name) {
    return name.empty() ? "" : readFile(path(SMARTKAR_TRANSCRIPTS) / (name + ".transcript"));
  }
  static bool registered(const std::string& socket) {
    const test::UnixStream control(socket);
    const auto deadline = std::chrono::steady_clock::now() + kPatience;
    for (std::string state; state.find("\"registration\":1") == std::string::npos;) {
      if (std::chrono::steady_clock::now() > deadline) return false;
      control.send("state\n");
      state = control.line();
    }
    return true;
  }
  std::vector<std::string> replayArguments() const {
    std::vector<std::string> arguments = {SMARTKAR_MODEM_SIM, "replay", (directory_.path() / "session").string(),
                                          "--serial", (directory_.path() / "port").string()};
    const auto give = [&arguments](const std::string& name, const std::string& value) {
      arguments.insert(arguments.end(), {"--variable", name + "=" + value});
    };
    const bool tls = session_.tls != Tls::None;
    give("port", tls ? "8883" : "1883");
    give("ssl", tls ? R"(1,"ca.crt","myclient.crt")" : R"(0,"","")");
    give("clock", clockNow());
    for (const auto& [name, file] : {std::pair{"ca", "ca.crt"}, {"certificate", "car.crt"}, {"key", "car.key"}}) {
      give(name, certificateText(readFile(certificates_ / file)));
    }
    return arguments;
  }

  const Session& session_;
  const path& certificates_;
  const test::TemporaryDirectory directory_;
  const test::Mosquitto broker_;
};

TEST(RealTimeTest, SessionsRunThroughSocatAgainstMosquitto) {
  const test::TemporaryDirectory certificates;
  test::makeCertificates(certificates.path());
  std::list<RealSession> sessions;
  std::vector<std::future<std::string>> results;
  for (const Session& session : kSessions) sessions.emplace_back(session, certificates.path());
  for (const RealSession& session : sessions) {
    results.push_back(std::async(std::launch::async, [&session] { return session.play(); }));
  }
  for (std::size_t i = 0; i < results.size(); ++i) {
    EXPECT_EQ(results[i].get(), "") << kSessions[i].transcript << (kSessions[i].tls == Tls::None ? "" : " with TLS");
  }
}

}  // namespace
}  // namespace smartkar::modem_sim
