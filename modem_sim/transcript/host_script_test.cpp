#include "modem_sim/transcript/host_script.hpp"

#include <gmock/gmock.h>

#include <algorithm>

namespace smartkar::modem_sim {
namespace {

using testing::ElementsAre;

constexpr const char* kScript =
    "-> AT\\r\n<- OK\\r\\n\n-- loop\n-> AT+CSQ\\r\n<- +CSQ: {number},\n<- OK\\r\\n\n-- wait 60000\n";

struct HostScriptTest : testing::Test, Wires {
  void send(std::string_view bytes) override { done.emplace_back(bytes); }
  void control(std::string_view command) override { done.push_back("-- " + std::string(command)); }
  // Plays for a time in which the modem says nothing.
  void silence(Duration duration) {
    const Instant end = now + duration;
    while (script.nextDeadline() <= end) {
      now = std::max(now, script.nextDeadline());
      script.run(now);
    }
    now = end;
  }
  void hear(std::string_view bytes) { script.received(bytes, now); }

  std::vector<std::string> done;
  Instant now{};
  HostScript script{*parseTranscript(kScript), *this, Instant{}};
};

TEST_F(HostScriptTest, FollowsTheScriptAndThenItsLoop) {
  silence(1ms);
  hear("\r\nSMS Ready\r\n\r\nOK\r\n");
  hear("\r\n+CSQ: 20,99\r\n\r\nOK\r\n");
  EXPECT_THAT(done, ElementsAre("AT\r", "AT+CSQ\r"));
  silence(59s);
  EXPECT_EQ(script.rounds(), 0U);
  silence(2s);
  EXPECT_EQ(script.rounds(), 1U);
  EXPECT_THAT(done, ElementsAre("AT\r", "AT+CSQ\r", "AT+CSQ\r"));
  EXPECT_EQ(script.failures(), 0U);
}

TEST_F(HostScriptTest, AnErrorBeginsItAgainAtOnce) {
  silence(1ms);
  hear("\r\nOK\r\n");
  hear("\r\nERROR\r\n");
  silence(3s);
  EXPECT_THAT(done, ElementsAre("AT\r", "AT+CSQ\r", "AT\r"));
}

TEST_F(HostScriptTest, SilentModemIsSwitchedByPwrkeyAndThenByItsSupply) {
  silence(3min);
  const auto first = [this](const char* what) { return std::find(done.begin(), done.end(), what); };
  EXPECT_EQ(std::count(done.begin(), first("-- pwrkey press"), "AT\r"), 2);
  EXPECT_EQ(std::count(done.begin(), first("-- vbat off"), "AT\r"), 6);
  EXPECT_LT(first("-- vbat off"), first("-- vbat on"));
}

TEST_F(HostScriptTest, ModemThatSpeaksIsNotSwitched) {
  for (int i = 0; i < 10; ++i) {
    silence(1s);
    hear("\r\n+CEREG: 2\r\n");
    silence(12s);
  }
  EXPECT_EQ(std::count(done.begin(), done.end(), "-- pwrkey press"), 0);
  EXPECT_GT(script.failures(), 5U);
}

}  // namespace
}  // namespace smartkar::modem_sim
