#include "modem_sim/transcript/replay.hpp"

#include <gmock/gmock.h>

namespace smartkar::modem_sim {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr const char* kSession =
    "-- dtr low\n"
    "-- wait 50\n"
    "0 -> AT+CSQ\\r\n"
    "20 <- \\r\\n+CSQ: {number},99\\r\\n\n"
    "20 <- \\r\\nOK\\r\\n\n"
    "1020 -> AT\\r\n"
    "1040 <- \\r\\nOK\\r\\n\n";

struct ReplayTest : testing::Test, Wires {
  void send(std::string_view bytes) override { done.emplace_back(bytes); }
  void control(std::string_view command) override { done.push_back("-- " + std::string(command)); }
  Replay play(Replay::Role role, const char* text = kSession) {
    return {*parseTranscript(text), role, *this, 1s, Instant{}};
  }
  static Instant at(Duration time) { return Instant{} + time; }

  std::vector<std::string> done;
};

TEST_F(ReplayTest, HostKeepsOrderAndPauses) {
  Replay replay = play(Replay::Role::Host);
  replay.run(at(0ms));
  EXPECT_THAT(done, ElementsAre("-- dtr low"));
  EXPECT_EQ(replay.nextDeadline(), at(50ms));
  replay.run(at(50ms));
  replay.received("\r\n+CSQ: 2", at(60ms));
  replay.received("0,99\r\n\r\nOK\r\n", at(61ms));
  EXPECT_THAT(done, ElementsAre("-- dtr low", "AT+CSQ\r"));
  EXPECT_EQ(replay.nextDeadline(), at(1061ms));
  replay.run(at(1061ms));
  EXPECT_EQ(done.back(), "AT\r");
  replay.received("\r\nOK\r\n", at(1100ms));
  EXPECT_TRUE(replay.over());
  EXPECT_EQ(replay.mismatch(), "");
}

TEST_F(ReplayTest, ModemAnswersWhatWasRecordedAndChecksWhatTheHostSends) {
  Replay replay = play(Replay::Role::Modem, "0 -> AT\\r\n15 <- \\r\\nOK\\r\\n\n-> ATE0\\r\n");
  replay.received("AT\r", at(100ms));
  EXPECT_THAT(done, IsEmpty());
  replay.run(at(115ms));
  EXPECT_THAT(done, ElementsAre("\r\nOK\r\n"));
  replay.received("ATE1\r", at(200ms));
  EXPECT_THAT(replay.mismatch(), HasSubstr("line 3: expected ATE0\\r, got ATE1\\r"));
}

TEST_F(ReplayTest, SilenceIsAMismatchAfterThePatience) {
  Replay replay = play(Replay::Role::Host, "-> AT\\r\n<- \\r\\nOK\\r\\n\n");
  replay.run(at(0ms));
  replay.received("\r\nO", at(900ms));
  replay.run(at(1000ms));
  EXPECT_THAT(replay.mismatch(), HasSubstr("got only \\r\\nO"));
  EXPECT_EQ(replay.nextDeadline(), kNever);
}

TEST_F(ReplayTest, BytesBehindTheEndAreKept) {
  Replay replay = play(Replay::Role::Host, "-> AT\\r\n<- \\r\\nOK\\r\\n\n");
  replay.run(at(0ms));
  replay.received("\r\nOK\r\n\r\nRDY\r\n", at(1ms));
  EXPECT_TRUE(replay.over());
  EXPECT_EQ(replay.rest(), "\r\nRDY\r\n");
}

TEST_F(ReplayTest, UnsolicitedLineMayComeBetweenAnyLinesButMustCome) {
  constexpr const char* kLate = "-> AT\\r\n<~ \\r\\nSMS Ready\\r\\n\n<- \\r\\nOK\\r\\n\n";
  Replay early = play(Replay::Role::Host, kLate);
  early.run(at(0ms));
  early.received("\r\nSMS Ready\r\n\r\nOK\r\n", at(1ms));
  EXPECT_TRUE(early.over());
  Replay late = play(Replay::Role::Host, kLate);
  late.run(at(0ms));
  late.received("\r\nOK\r\n", at(1ms));
  EXPECT_FALSE(late.over());
  late.received("\r\nSMS Ready\r\n", at(500ms));
  EXPECT_TRUE(late.over());
  EXPECT_EQ(early.mismatch() + late.mismatch(), "");
  Replay never = play(Replay::Role::Host, kLate);
  never.run(at(0ms));
  never.received("\r\nOK\r\n", at(1ms));
  never.run(at(2000ms));
  EXPECT_THAT(never.mismatch(), HasSubstr("line 2: expected"));
}

constexpr const char* kPoll =
    "<~ \\r\\nSMS Ready\\r\\n\n"
    "-- poll 1000 3000\n"
    "-> AT+CEREG?\\r\n"
    "<- \\r\\n+CEREG: 0,1\\r\\n\n"
    "<- \\r\\nOK\\r\\n\n"
    "-> AT\\r\n";

TEST_F(ReplayTest, CommandIsPolledUntilItsAnswerIsAsWritten) {
  Replay replay = play(Replay::Role::Host, kPoll);
  replay.run(at(0ms));
  replay.received("\r\n+CEREG: 0,2\r\n\r\nOK\r\n\r\nSMS Ready\r\n", at(10ms));
  EXPECT_EQ(replay.nextDeadline(), at(1000ms));
  replay.run(at(1000ms));
  EXPECT_THAT(done, ElementsAre("AT+CEREG?\r", "AT+CEREG?\r"));
  replay.run(at(2000ms));  // no answer at all
  replay.received("\r\n+CEREG: 0,1\r\n\r\nOK\r\n", at(2010ms));
  replay.received("\r\n+CEREG: 0,1\r\n\r\nOK\r\n", at(2500ms));  // the answer to an earlier try, late
  EXPECT_EQ(replay.nextDeadline(), at(3010ms));
  replay.run(at(3010ms));
  EXPECT_THAT(done, ElementsAre("AT+CEREG?\r", "AT+CEREG?\r", "AT+CEREG?\r", "AT\r"));
  EXPECT_TRUE(replay.over());
  EXPECT_EQ(replay.mismatch(), "");
}

TEST_F(ReplayTest, PollingHasAnEnd) {
  Replay replay = play(Replay::Role::Host, kPoll);
  for (const Duration time : {0ms, 1000ms, 2000ms}) {
    replay.run(at(time));
    replay.received("\r\n+CEREG: 0,2\r\n\r\nOK\r\n", at(time + 10ms));
    EXPECT_FALSE(replay.over());
  }
  replay.run(at(3000ms));
  EXPECT_THAT(replay.mismatch(), HasSubstr("line 4: expected \\r\\n+CEREG: 0,1\\r\\n, got \\r\\n+CEREG: 0,2"));
}

TEST_F(ReplayTest, WildcardWithoutAValueCannotBeSent) {
  Replay replay = play(Replay::Role::Modem, "<- {number}\\r\\n\n");
  replay.run(at(0ms));
  EXPECT_THAT(replay.mismatch(), HasSubstr("value"));
}

}  // namespace
}  // namespace smartkar::modem_sim
