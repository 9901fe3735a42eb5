#include "device/at/at_engine.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <vector>

#include "device/at/testing/at_bench.hpp"

namespace smartkar::device {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

// What came of one command, copied out of the engine.
struct Outcome {
  bool ok = false;
  std::optional<AtError> error;
  std::vector<std::string> lines;
};

class AtEngineTest : public ::testing::Test {
 protected:
  AtEngineTest() { bench.at.onUrc("+SMSUB:", inbound); }

  static Outcome outcomeOf(const AtEngine::Answer& answer) {
    Outcome outcome;
    outcome.ok = answer.ok();
    if (!answer.ok()) {
      outcome.error = answer.error();
      return outcome;
    }
    for (auto line = answer->first(); !line.empty(); line = answer->next(line)) outcome.lines.emplace_back(line);
    return outcome;
  }
  struct Dialogue {
    AtBench& bench;
    Arena& arena() { return bench.arena(); }
    Task<Outcome> send(AtCommand command) {
      const auto answer = co_await bench.at.run(command);
      co_return outcomeOf(answer);
    }
    Task<Outcome> synchronise(Duration interval, Duration limit) {
      const auto answer = co_await bench.at.synchronise(interval, limit);
      co_return outcomeOf(answer);
    }
  };
  Outcome send(const AtCommand& command) { return bench.run(dialogue.send(command)); }
  static AtCommand publish(std::string_view payload, Duration timeout = 60s) {
    return {.line = "AT+SMPUB", .timeout = timeout, .data = payload, .prompt = AtPrompt::Angle};
  }
  void strict() { bench.at.expectBoot(bench.now, bench.now); }

  AtBench bench;
  Dialogue dialogue{bench};
  RecordingUrcHandler inbound;
};

constexpr AtCommand kSignal{.line = "AT+CSQ", .timeout = 5s};

std::optional<AtError> failedWith(AtError::Kind kind, int code = -1) { return AtError{kind, code}; }

TEST_F(AtEngineTest, CommandWithInformationLine_ReturnsIt) {
  bench.modem.on("AT+CSQ", "+CSQ: 20,99|OK");
  const Outcome outcome = send(kSignal);
  EXPECT_TRUE(outcome.ok);
  EXPECT_THAT(outcome.lines, ElementsAre("+CSQ: 20,99"));
  EXPECT_THAT(bench.modem.commands, ElementsAre("AT+CSQ"));
}

TEST_F(AtEngineTest, EveryFormOfFailure_IsAnError) {
  bench.modem.on("AT+CSQ", "ERROR");
  bench.modem.on("AT+CSQ", "+CME ERROR: 14");
  bench.modem.on("AT+CSQ", "+CME ERROR: operation not allowed");
  bench.modem.on("AT+CSQ", "+CMS ERROR: 500");
  EXPECT_EQ(send(kSignal).error, failedWith(AtError::Kind::Error));
  EXPECT_EQ(send(kSignal).error, failedWith(AtError::Kind::Error, 14));
  EXPECT_EQ(send(kSignal).error, failedWith(AtError::Kind::Error));
  EXPECT_EQ(send(kSignal).error, failedWith(AtError::Kind::Error, 500));
}

TEST_F(AtEngineTest, LineThatOnlyContainsOk_IsNoFinalResult) {
  bench.modem.on("AT+CSQ", "NOT OK|OK THEN|+CSQ: 1,99|OK");
  EXPECT_THAT(send(kSignal).lines, ElementsAre("+CSQ: 1,99"));
}

TEST_F(AtEngineTest, EchoOn_IsNotPartOfTheAnswer) {
  bench.modem.echo = true;
  bench.modem.on("AT+CCID", "8949000000000000001F|OK");
  const Outcome outcome = send({.line = "AT+CCID", .timeout = 5s, .bare_lines = true});
  EXPECT_THAT(outcome.lines, ElementsAre("8949000000000000001F"));
}

TEST_F(AtEngineTest, Defect4UrcInTheMiddleOfAnAnswer_GoesToItsHandlerAndAnswerStays) {
  bench.modem.on("AT+CNACT?", "+CNACT: 0,1,\"10.0.0.1\"|+SMSUB: \"t\",\"3E\"|+CNACT: 1,0,\"0.0.0.0\"|OK");
  const Outcome outcome = send({.line = "AT+CNACT?", .timeout = 5s});
  EXPECT_THAT(outcome.lines, ElementsAre("+CNACT: 0,1,\"10.0.0.1\"", "+CNACT: 1,0,\"0.0.0.0\""));
  EXPECT_THAT(inbound.lines, ElementsAre("+SMSUB: \"t\",\"3E\""));
}

TEST_F(AtEngineTest, Defect3LinesBeforeTheFirstCommand_AreNotDiscarded) {
  bench.modem.say("\r\n+SMSUB: \"t\",\"41\"\r\n");
  EXPECT_TRUE(send({.line = "AT", .timeout = 1s}).ok);
  EXPECT_THAT(inbound.lines, ElementsAre("+SMSUB: \"t\",\"41\""));
}

TEST_F(AtEngineTest, Defect2UrcWithoutAnyCommandOrRing_IsRead) {
  bench.modem.say("\r\n+SMSUB: \"t\",\"41\"\r\n", 5s);
  bench.runFor(10s);
  EXPECT_THAT(inbound.lines, ElementsAre("+SMSUB: \"t\",\"41\""));
}

TEST_F(AtEngineTest, Defect5And6TwoUrcsBackToBack_AreBothDelivered) {
  bench.modem.say("\r\n+SMSUB: \"t\",\"41\"\r\n\r\n+SMSUB: \"t\",\"42\"\r\n");
  bench.runFor(1s);
  EXPECT_THAT(inbound.lines, ElementsAre("+SMSUB: \"t\",\"41\"", "+SMSUB: \"t\",\"42\""));
}

TEST_F(AtEngineTest, Defect9AllThatCameInALongPauseOfTheLoop_IsRead) {
  const std::string line = "+SMSUB: \"t\",\"41\"";
  std::string burst;
  while (burst.size() + line.size() + 4 <= kUartReceiveBytesMin) burst += "\r\n" + line + "\r\n";
  bench.modem.say(burst);
  bench.turn();
  EXPECT_EQ(inbound.lines, std::vector<std::string>(burst.size() / (line.size() + 4), line));
}

TEST_F(AtEngineTest, AnswerSplitAtEveryByte_IsTheSame) {
  bench.modem.chunk = 1;
  bench.modem.on("AT+CSQ", "+CSQ: 20,99|+SMSUB: \"t\",\"41\"|OK");
  EXPECT_THAT(send(kSignal).lines, ElementsAre("+CSQ: 20,99"));
  EXPECT_THAT(inbound.lines, ElementsAre("+SMSUB: \"t\",\"41\""));
}

TEST_F(AtEngineTest, SplitAtEveryBoundaryWithSilenceBetween_IsTheSame) {
  const std::string whole = wire("+CSQ: 20,99|+SMSUB: \"t\",\"41\"|OK");
  for (std::size_t cut = 1; cut < whole.size(); ++cut) {
    inbound.lines.clear();
    bench.modem.forget("AT+CSQ");
    bench.modem.on("AT+CSQ", "");
    Task<Outcome> task = dialogue.send(kSignal);
    task.start();
    bench.modem.say(whole.substr(0, cut));
    bench.runFor(1s);
    bench.modem.say(whole.substr(cut));
    bench.finish(task);
    ASSERT_TRUE(task.result().ok) << "cut " << cut;
    EXPECT_THAT(task.result().lines, ElementsAre("+CSQ: 20,99")) << "cut " << cut;
    EXPECT_EQ(inbound.lines.size(), 1u) << "cut " << cut;
  }
}

TEST_F(AtEngineTest, PartialWrites_SendEveryByteOnce) {
  bench.modem.write_limit = 3;
  bench.modem.onBlock("AT+SMPUB", 10, "OK");
  EXPECT_TRUE(send(publish("0123456789")).ok);
  EXPECT_THAT(bench.modem.commands, ElementsAre("AT+SMPUB"));
  EXPECT_THAT(bench.modem.blocks, ElementsAre("0123456789"));
}

TEST_F(AtEngineTest, Noise_IsDroppedAndCounted) {
  bench.modem.on("AT+CSQ", "+CSQ: 20,99|OK");
  bench.modem.say(std::string("\xFF\xFE\0\x01junk", 8));
  EXPECT_TRUE(send(kSignal).ok);
  EXPECT_EQ(bench.at.counters().noise_lines, 1u);
}

TEST_F(AtEngineTest, OverlongLine_IsDroppedCountedAndTheNextLineRead) {
  bench.modem.say("\r\n+SMSUB: \"t\",\"" + std::string(4000, 'A') + "\"\r\n");
  bench.modem.on("AT+CSQ", "+CSQ: 20,99|OK");
  EXPECT_TRUE(send(kSignal).ok);
  EXPECT_EQ(bench.at.counters().overlong_lines, 1u);
  EXPECT_THAT(inbound.lines, IsEmpty());
}

TEST_F(AtEngineTest, LongestInboundLine_IsDelivered) {
  const std::string line = "+SMSUB: \"" + std::string(128, 't') + "\",\"" + std::string(960, 'A') + "\"";
  bench.modem.say(wire(line));
  bench.runFor(1s);
  EXPECT_THAT(inbound.lines, ElementsAre(line));
}

TEST_F(AtEngineTest, DataBlock_IsSentAfterThePromptExactly) {
  const std::string payload("a\0\r\n\x1A>\"OK", 9);
  bench.modem.onBlock("AT+SMPUB", payload.size(), "OK", "\r\n> ");
  EXPECT_TRUE(send(publish(payload)).ok);
  EXPECT_THAT(bench.modem.blocks, ElementsAre(payload));
}

TEST_F(AtEngineTest, DataBlockEchoed_MayContainResultsAndPrompts) {
  bench.modem.echo = true;
  const std::string payload = "x\r\nERROR\r\n>y";
  bench.modem.onBlock("AT+SMPUB", payload.size(), "OK");
  EXPECT_TRUE(send(publish(payload)).ok);
}

TEST_F(AtEngineTest, Defect4PromptCharacterInsideAUrc_DoesNotReleaseTheData) {
  bench.modem.on("AT+SMPUB", "+SMSUB: \"t\",\">\"");
  Task<Outcome> task = dialogue.send(publish("data"));
  task.start();
  bench.runFor(1s);
  EXPECT_FALSE(task.done());
  EXPECT_THAT(bench.modem.commands, ElementsAre("AT+SMPUB"));
  bench.modem.say("\r\nERROR\r\n");
  bench.finish(task);
  EXPECT_EQ(task.result().error, failedWith(AtError::Kind::Error));
}

TEST_F(AtEngineTest, UrcBetweenPromptAndResult_IsDelivered) {
  bench.modem.onBlock("AT+SMPUB", 4, "+SMSUB: \"t\",\"41\"|OK");
  EXPECT_TRUE(send(publish("data")).ok);
  EXPECT_THAT(inbound.lines, ElementsAre("+SMSUB: \"t\",\"41\""));
}

TEST_F(AtEngineTest, ErrorInsteadOfPrompt_SendsNoData) {
  bench.modem.on("AT+SMPUB", "ERROR");
  EXPECT_EQ(send(publish("data")).error, failedWith(AtError::Kind::Error));
  EXPECT_TRUE(send({.line = "AT", .timeout = 1s}).ok);
  EXPECT_THAT(bench.modem.commands, ElementsAre("AT+SMPUB", "AT"));
}

TEST_F(AtEngineTest, DownloadLineMissing_DataIsSentAfterTwoSeconds) {
  bench.modem.onBlock("AT+CFSWFILE", 4, "OK", "");
  const Instant begun = bench.now;
  EXPECT_TRUE(send({.line = "AT+CFSWFILE", .timeout = 15s, .data = "file", .prompt = AtPrompt::Download}).ok);
  EXPECT_THAT(bench.modem.blocks, ElementsAre("file"));
  EXPECT_GE(bench.now - begun, 2s);
}

TEST_F(AtEngineTest, DownloadLine_ReleasesTheData) {
  bench.modem.onBlock("AT+CFSWFILE", 4, "OK", "\r\nDOWNLOAD\r\n");
  EXPECT_TRUE(send({.line = "AT+CFSWFILE", .timeout = 15s, .data = "file", .prompt = AtPrompt::Download}).ok);
  EXPECT_THAT(bench.modem.blocks, ElementsAre("file"));
}

TEST_F(AtEngineTest, LateAnswerAfterTimeout_IsNotTheNextCommandsAnswer) {
  bench.modem.on("AT+CNACT?", "+CNACT: 0,0,\"0.0.0.0\"|OK", 7s);
  bench.modem.on("AT", "OK", 2s + 50ms);
  bench.modem.on("AT+CSQ", "+CSQ: 20,99|OK");
  EXPECT_EQ(send({.line = "AT+CNACT?", .timeout = 5s}).error, failedWith(AtError::Kind::Timeout));
  EXPECT_THAT(send(kSignal).lines, ElementsAre("+CSQ: 20,99"));
  EXPECT_EQ(bench.at.counters().timeouts, 1u);
}

TEST_F(AtEngineTest, ModemThatStaysSilent_EndsEveryCommandInBoundedTime) {
  bench.modem.silent = true;
  EXPECT_EQ(send(kSignal).error, failedWith(AtError::Kind::Timeout));
  const Instant begun = bench.now;
  EXPECT_EQ(send(kSignal).error, failedWith(AtError::Kind::Timeout));
  EXPECT_LE(bench.now - begun, 10s);
  bench.modem.silent = false;
  bench.modem.on("AT+CSQ", "+CSQ: 20,99|OK");
  EXPECT_TRUE(send(kSignal).ok);
}

TEST_F(AtEngineTest, LostPrompt_IsCuredByFillingTheBlock) {
  bench.modem.onBlock("AT+SMPUB", 40, "OK", "");  // the modem waits for data but its prompt never arrives
  EXPECT_EQ(send(publish(std::string(40, 'x'))).error, failedWith(AtError::Kind::Timeout));
  bench.modem.on("AT+CSQ", "+CSQ: 20,99|OK");
  EXPECT_THAT(send(kSignal).lines, ElementsAre("+CSQ: 20,99"));
}

TEST_F(AtEngineTest, CancelledWhileWaiting_NextCommandWaitsForTheOwedAnswer) {
  bench.modem.on("AT+SMCONN", "ERROR", 3s);
  bench.modem.on("AT+CSQ", "+CSQ: 20,99|OK");
  Task<Outcome> task = dialogue.send({.line = "AT+SMCONN", .timeout = 150s});
  task.start();
  bench.runFor(1s);
  task.cancel();
  EXPECT_THAT(send(kSignal).lines, ElementsAre("+CSQ: 20,99"));
  EXPECT_THAT(bench.modem.commands, ElementsAre("AT+SMCONN", "AT+CSQ"));
  EXPECT_EQ(bench.at.counters().timeouts, 0u);
}

TEST_F(AtEngineTest, CancelledInTheMiddleOfData_BlockIsFilledAndDrained) {
  bench.modem.onBlock("AT+SMPUB", 200, "OK");
  bench.modem.on("AT+CSQ", "+CSQ: 20,99|OK");
  {
    std::string payload(200, 'x');
    Task<Outcome> task = dialogue.send(publish(payload));
    task.start();
    bench.modem.write_limit = 5;
    while (bench.modem.blocks.empty() && bench.now < Instant{} + 1h + 20ms) {
      bench.now += 1ms;
      bench.turn();
    }
    task.cancel();
  }
  bench.modem.write_limit = SIZE_MAX;
  EXPECT_THAT(send(kSignal).lines, ElementsAre("+CSQ: 20,99"));
  ASSERT_EQ(bench.modem.blocks.size(), 1u);
  EXPECT_EQ(bench.modem.blocks[0].size(), 200u);
  EXPECT_EQ(bench.modem.blocks[0].front(), 'x');
  EXPECT_EQ(bench.modem.blocks[0].back(), ' ');
}

TEST_F(AtEngineTest, EmptyCommand_IsInvalid) {
  EXPECT_EQ(send({.line = "", .timeout = 1s}).error, failedWith(AtError::Kind::Invalid));
  EXPECT_EQ(send({.line = std::string(600, 'A'), .timeout = 1s}).error, failedWith(AtError::Kind::Invalid));
  EXPECT_THAT(bench.modem.commands, IsEmpty());
}

TEST_F(AtEngineTest, Defect63BootLineInsideADialogue_EndsItAndIsRemembered) {
  for (const char* line : {"RDY", "+CFUN: 1", "SMS Ready", "+CPIN: READY", "NORMAL POWER DOWN"}) {
    strict();
    bench.modem.forget("AT+SMCONN");
    bench.modem.on("AT+SMCONN", line);
    const Instant begun = bench.now;
    EXPECT_EQ(send({.line = "AT+SMCONN", .timeout = 150s}).error, failedWith(AtError::Kind::ModemRestarted)) << line;
    EXPECT_LE(bench.now - begun, 1s);
    EXPECT_TRUE(bench.at.restarted());
    EXPECT_EQ(send(kSignal).error, failedWith(AtError::Kind::ModemRestarted));
    bench.at.acceptRestart();
  }
  EXPECT_EQ(bench.at.counters().restarts, 5u);
}

TEST_F(AtEngineTest, BootLinesWhileTheModemStarts_AreNoSurprise) {
  bench.at.expectBoot(bench.now + 3s, bench.now + 30s);
  bench.modem.say(wire("RDY|+CFUN: 1|+CPIN: READY"), 1s);
  bench.modem.say(wire("SMS Ready"), 20s);
  bench.runFor(25s);
  EXPECT_FALSE(bench.at.restarted());
  bench.modem.say(wire("RDY"));
  bench.runFor(1s);
  EXPECT_TRUE(bench.at.restarted());
}

TEST_F(AtEngineTest, SimQuestion_MayBeAnsweredReady) {
  strict();
  bench.modem.on("AT+CPIN?", "+CPIN: READY|OK");
  EXPECT_THAT(send({.line = "AT+CPIN?", .timeout = 5s}).lines, ElementsAre("+CPIN: READY"));
  EXPECT_FALSE(bench.at.restarted());
}

TEST_F(AtEngineTest, FinalLineOtherThanOk_EndsTheCommand) {
  strict();
  bench.modem.on("AT+CPOWD=1", "NORMAL POWER DOWN");
  EXPECT_TRUE(send({.line = "AT+CPOWD=1", .timeout = 5s, .final_line = "NORMAL POWER DOWN"}).ok);
  EXPECT_FALSE(bench.at.restarted());
}

TEST_F(AtEngineTest, Synchronise_RepeatsUntilAnsweredAndSettles) {
  bench.modem.silent = true;
  Task<Outcome> task = dialogue.synchronise(250ms, 10s);
  task.start();
  bench.runFor(3s);
  bench.modem.silent = false;
  bench.finish(task);
  EXPECT_TRUE(task.result().ok);
  EXPECT_TRUE(bench.at.idle());
}

TEST_F(AtEngineTest, Synchronise_GivesUpAtItsLimit) {
  bench.modem.silent = true;
  const Instant begun = bench.now;
  EXPECT_EQ(bench.run(dialogue.synchronise(250ms, 10s)).error, failedWith(AtError::Kind::Timeout));
  EXPECT_EQ(bench.now - begun, 10s);
}

TEST_F(AtEngineTest, ResultNobodyAskedFor_IsCountedAndDropped) {
  bench.modem.say(wire("OK"));
  bench.runFor(1s);
  bench.modem.on("AT+CSQ", "+CSQ: 20,99|OK");
  EXPECT_THAT(send(kSignal).lines, ElementsAre("+CSQ: 20,99"));
  EXPECT_EQ(bench.at.counters().stray_results, 1u);
}

TEST_F(AtEngineTest, InformationBeyondTheBuffer_IsCountedAndTheRestKept) {
  std::string lines = "+CSQ: 1,1|";
  for (int i = 0; i < 30; ++i) lines += "+CSQ: " + std::string(40, '2') + "|";
  bench.modem.on("AT+CSQ", lines + "OK");
  const Outcome outcome = send(kSignal);
  EXPECT_TRUE(outcome.ok);
  EXPECT_EQ(outcome.lines.front(), "+CSQ: 1,1");
  EXPECT_EQ(outcome.lines.size() + bench.at.counters().lost_lines, 31u);
}

}  // namespace
}  // namespace smartkar::device
