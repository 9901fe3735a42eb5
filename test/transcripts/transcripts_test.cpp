// Every transcript of this folder, played against the simulator in virtual time, byte for byte.
#include <gmock/gmock.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>

#include "modem_sim/commands.hpp"
#include "modem_sim/transcript/replay.hpp"
#include "sim/broker.hpp"
#include "sim/sim_modem.hpp"
#include "test/transcripts/certificate_text.hpp"
#include "test/transcripts/virtual_services.hpp"

namespace smartkar::modem_sim {
namespace {

using sim::VirtualTime;
using std::filesystem::path;

// As the transcripts name it.
constexpr std::pair<const char*, std::uint16_t> kBrokers[] = {
    {"127.0.0.1", 1883},
    {"broker.example", 1883},
    {"broker.example", 8883},
    {"117.131.85.139", 6000},
    {"117.131.85.139", 6001},
    {"a1kUAJknr0y.iot-as-mqtt.cn-shanghai.aliyuncs.com", 1883},
    {"a1mGfEydcDb.iot-as-mqtt.cn-shanghai.aliyuncs.com", 1883},
};
constexpr const char* kEchoHost = "127.0.0.1";
// Longer than the longest answer of the modem: SMCONN that gives up.
constexpr Duration kPatience = 180s;
// Until the modem is registered.
constexpr Duration kBoot = 20s;

// A modem, its internet, and a transcript that plays the host.
class TranscriptBench : private Wires {
 public:
  TranscriptBench() {
    for (const auto& [host, port] : kBrokers) network_.serve(host, port, broker_);
    network_.serve(kEchoHost, 7, echo_);
    network_.serve(kEchoHost, 7, echo_, Transport::Udp);
    network_.serve(kEchoHost, 53, echo_, Transport::Udp);  // so that the name is found
    network_.serve(kEchoHost, 80, hello_);
    network_.serve(kEchoHost, 123, clock_, Transport::Udp);
    time_.add(broker_);
  }

  // What was wrong; empty if nothing. A transcript finds the modem registered, with its echo on.
  std::string play(Transcript transcript) {
    makeReady();
    Replay replay(std::move(transcript), Replay::Role::Host, *this, kPatience, time_.now());
    modem_.listen([&](std::string_view bytes) { replay.received(bytes, time_.now()); });
    while (!replay.over()) {
      replay.run(time_.now());
      const Duration pause = std::min(replay.nextDeadline() - time_.now(), Duration{1s});
      time_.runFor(std::max(pause, Duration{0}));
    }
    time_.runFor(1s);
    modem_.listen([](std::string_view) {});
    if (!replay.mismatch().empty()) return replay.mismatch();
    return replay.rest().empty() ? "" : "behind the end: " + escape(replay.rest());
  }

 private:
  static Config config() {
    Config config;
    config.network_time = unixTime(1'770'000'000);
    return config;
  }
  void send(std::string_view bytes) override { modem_.send(bytes); }
  void control(std::string_view command) override {
    constexpr std::string_view kBrokerNote = "broker ";
    if (command.starts_with(kBrokerNote)) return publish(command.substr(kBrokerNote.size()));
    modem_.control(command);
  }
  void makeReady() {
    modem_.modem().powerUpNow(time_.now());
    modem_.modem().setDtr(false, time_.now());
    time_.runFor(kBoot);
  }
  // TOPIC TEXT
  void publish(std::string_view text) {
    const std::size_t space = text.find(' ');
    broker_.publish({std::string(text.substr(0, space)), std::string(text.substr(space + 1))});
  }

  VirtualTime time_;
  sim::VirtualNetwork network_{time_, 1};
  sim::Broker broker_{time_, network_};
  EchoService echo_{network_};
  HelloService hello_{network_};
  TimeService clock_{network_, 3'978'988'800};  // 2026-02-02 02:40:00 UTC
  sim::SimModem modem_{time_, network_, config(), 1};
};

std::vector<path> transcripts() {
  std::vector<path> files;
  for (const auto& entry : std::filesystem::directory_iterator(SMARTKAR_TRANSCRIPTS)) {
    if (entry.path().extension() == ".transcript") files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  return files;
}

Variables variables(bool tls) {
  const std::string pem = certificateText("-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n");
  return {{"host", kEchoHost},
          {"port", tls ? "8883" : "1883"},
          {"ssl", tls ? R"(1,"ca.crt","myclient.crt")" : R"(0,"","")"},
          {"echo_port", "7"},
          {"clock", "26/02/11,13:37:37+00"},
          {"ca", pem},
          {"certificate", pem},
          {"key", pem}};
}

std::string readText(const path& name) {
  std::ifstream file(name);
  return {std::istreambuf_iterator<char>(file), {}};
}

struct Case {
  path file;
  bool tls = false;

  // With TLS, the certificates are stored first.
  Result<Transcript, std::string> read() const {
    const std::string first = tls ? readText(file.parent_path() / "12-certificates.transcript") : "";
    return parseTranscript(first + readText(file), variables(tls));
  }
};

// A transcript that leaves TLS open is played without and with it.
std::vector<Case> cases() {
  std::vector<Case> all;
  for (const path& file : transcripts()) {
    all.push_back({file});
    if (readText(file).find("{ssl}") != std::string::npos) all.push_back({file, true});
  }
  return all;
}

class TranscriptsTest : public testing::TestWithParam<Case> {};

TEST_P(TranscriptsTest, SimulatorAnswersAsWritten) {
  auto transcript = GetParam().read();
  ASSERT_TRUE(transcript.ok()) << transcript.error();
  EXPECT_EQ(TranscriptBench().play(std::move(*transcript)), "");
}

INSTANTIATE_TEST_SUITE_P(Files, TranscriptsTest, testing::ValuesIn(cases()), [](const auto& parameter) {
  std::string name = parameter.param.file.stem();
  if (parameter.param.tls) name += "-tls";
  std::replace_if(
      name.begin(), name.end(), [](char c) { return c == '-' || c == '.'; }, '_');
  return name;
});

// "+CSQ 1" for the execution of AT+CSQ.
std::string formName(std::string_view name, unsigned form) { return std::string(name) + " " + std::to_string(form); }

// What the hosts of all transcripts send.
std::set<std::string> playedForms() {
  std::set<std::string> forms;
  for (const Case& played : cases()) {
    auto transcript = played.read();
    if (!transcript.ok()) continue;  // the other test tells
    for (const TranscriptEntry& entry : *transcript) {
      std::string line = entry.pattern.bytes().value_or("");
      if (line.ends_with("\r\n")) line.pop_back();  // some hosts send both
      if (entry.kind != TranscriptEntry::Kind::Host || !line.starts_with("AT") || line.back() != '\r') continue;
      const auto commands = parseLine(std::string_view(line).substr(2, line.size() - 3), Backslash::Kept);
      if (!commands) continue;
      for (const Command& command : *commands) {
        forms.insert(formName(command.name, static_cast<unsigned>(command.form)));
      }
    }
  }
  return forms;
}

TEST(CommandTablesTest, EveryFormOfEveryCommandIsPlayedAndHasItsSection) {
  const std::set<std::string> played = playedForms();
  std::vector<std::string> missing;
  for (const std::span<const CommandSpec> table : commandTables()) {
    for (const CommandSpec& spec : table) {
      EXPECT_FALSE(spec.section.empty()) << spec.name;
      for (const unsigned form : {kExecute, kTest, kRead, kWrite}) {
        std::string name = formName(spec.name, form);
        if ((spec.answered() & form) != 0 && !played.contains(name)) missing.push_back(std::move(name));
      }
    }
  }
  EXPECT_THAT(missing, testing::IsEmpty()) << "1 execute, 2 test, 4 read, 8 write: add them to a transcript";
}

}  // namespace
}  // namespace smartkar::modem_sim
