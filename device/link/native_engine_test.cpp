#include "device/link/native_engine.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "device/link/testing/native_engine_bench.hpp"

namespace smartkar::device {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::StartsWith;

TEST_F(NativeEngineTest, ColdConnect_SendsEverySettingThenConnectsThenSubscribes) {
  EXPECT_EQ(open(), std::nullopt);
  EXPECT_TRUE(manager.up());
  EXPECT_FALSE(manager.adopted());
  const std::vector<std::string> dialogue(std::find(sent().begin(), sent().end(), "AT+SMSTATE?"), sent().end());
  EXPECT_THAT(dialogue,
              ElementsAre("AT+SMSTATE?", "AT+SMSSL=0,\"\",\"\"", "AT+SMCONF=\"URL\",\"broker.example\",1883",
                          "AT+SMCONF=\"CLIENTID\",\"8949000000000000001\"", "AT+SMCONF=\"KEEPTIME\",300",
                          "AT+SMCONF=\"CLEANSS\",0", "AT+SMCONF=\"SUBHEX\",1",
                          "AT+SMCONF=\"TOPIC\",\"smartkar/8949000000000000001/status\"",
                          "AT+SMCONF=\"MESSAGE\",\"{\\\"online\\\":false,\\\"boot\\\":7,\\\"conn\\\":3}\"",
                          "AT+SMCONF=\"QOS\",1", "AT+SMCONF=\"RETAIN\",1", "AT+SMCONN", "AT+SMSTATE?", kSubscribe));
}

TEST_F(NativeEngineTest, Defect39ModemWithoutSession_IsNotDisconnectedFirst) {
  EXPECT_EQ(open(), std::nullopt);
  EXPECT_THAT(sent(), Not(Contains("AT+SMDISC")));
}

TEST_F(NativeEngineTest, Defect11SessionPresent_LeavesTheSubscriptionAlone) {
  states({"0", "2"});
  EXPECT_EQ(open(), std::nullopt);
  EXPECT_TRUE(manager.up());
  EXPECT_THAT(sent(), Not(Contains(kSubscribe)));
  EXPECT_THAT(sent(), Not(Contains(kUnsubscribe)));
}

TEST_F(NativeEngineTest, SessionPresentButNothingEverReceived_IsSubscribedAtTheNextOpen) {
  states({"0", "2"});
  ASSERT_EQ(open(), std::nullopt);
  states({"2", "0"});
  ASSERT_EQ(close(), std::nullopt);
  states({"0", "2"});
  EXPECT_EQ(open(), std::nullopt);
  EXPECT_EQ(bench.modem.count(kSubscribe), 1u);
}

TEST_F(NativeEngineTest, AdoptWithSession_SendsNothingButTheQuestion) {
  states({"2"});
  EXPECT_EQ(open(), std::nullopt);
  EXPECT_TRUE(manager.adopted());
  EXPECT_EQ(sent().back(), "AT+SMSTATE?");
}

TEST_F(NativeEngineTest, Defect12AdoptWithoutSession_SubscribesAgainWithoutUnsubscribing) {
  states({"1"});
  EXPECT_EQ(open(), std::nullopt);
  EXPECT_TRUE(manager.adopted());
  EXPECT_EQ(sent().back(), kSubscribe);
  EXPECT_THAT(sent(), Not(Contains("AT+SMCONN")));
}

// A run before has heard the broker over this very connection.
TEST_F(NativeEngineTest, AdoptAfterASleepWithAProvedSubscription_SendsNothingButTheQuestion) {
  saved.subscribed = true;
  states({"1"});
  EXPECT_EQ(open(), std::nullopt);
  EXPECT_THAT(sent(), Not(Contains(kSubscribe)));
  EXPECT_FALSE(saved.subscribed) << "counts once";
  EXPECT_EQ(open(), std::nullopt);
  EXPECT_EQ(sent().back(), kSubscribe) << "nothing was received since";
}

TEST_F(NativeEngineTest, SavedSubscription_DoesNotOutliveItsConnection) {
  saved.subscribed = true;
  states({"0", "1"});
  EXPECT_EQ(open(), std::nullopt);
  EXPECT_EQ(bench.modem.count(kSubscribe), 1u);
}

TEST_F(NativeEngineTest, Suspend_SavesASubscriptionOnlyIfTheBrokerWasHeardOverIt) {
  ASSERT_EQ(open(), std::nullopt);
  EXPECT_TRUE(engine.suspend());
  EXPECT_FALSE(saved.subscribed);
  bench.modem.say(wire(inboundLine("{}")));
  bench.runFor(1s);
  EXPECT_TRUE(engine.suspend());
  EXPECT_TRUE(saved.subscribed);
}

TEST_F(NativeEngineTest, AdoptWithSubscriptionTheModemComplainsAbout_Succeeds) {
  states({"1"});
  bench.modem.on(kSubscribe, "ERROR");
  EXPECT_EQ(open(), std::nullopt);
  EXPECT_THAT(sent(), Not(Contains(kUnsubscribe)));
}

TEST_F(NativeEngineTest, OpenWhileUpAndProved_AsksOnly) {
  ASSERT_EQ(open(), std::nullopt);
  bench.modem.say(wire(inboundLine("{}")));
  bench.runFor(1s);
  EXPECT_EQ(open(), std::nullopt);
  EXPECT_EQ(sent().back(), "AT+SMSTATE?");
  EXPECT_EQ(bench.modem.count("AT+SMCONN"), 1u);
}

TEST_F(NativeEngineTest, FreshSubscriptionTheModemThinksItHas_IsRenewed) {
  bench.modem.on(kSubscribe, "ERROR");
  bench.modem.on(kSubscribe, "OK");
  EXPECT_EQ(open(), std::nullopt);
  EXPECT_TRUE(bench.modem.sentBefore("AT+SMCONN", kUnsubscribe));
}

TEST_F(NativeEngineTest, ConnectRefused_IsRefusedAndSpacedByTheBackOff) {
  states({"0"});
  bench.modem.on("AT+SMCONN", "ERROR");
  EXPECT_EQ(open(), LinkError::Refused);
  EXPECT_FALSE(manager.up());
  const Instant failed_at = bench.now;
  EXPECT_EQ(open(), LinkError::Refused);
  EXPECT_GE(bench.now - failed_at, 750ms);
}

TEST_F(NativeEngineTest, ConnectNotAllowedBecauseConnected_IsAdopted) {
  bench.modem.on("AT+SMCONN", "+CME ERROR: 3");
  EXPECT_EQ(open(), std::nullopt);
}

TEST_F(NativeEngineTest, ConnectNeverAnswered_EndsInTimeoutThenCyclesTheBearer) {
  states({"0"});
  bench.modem.on("AT+SMCONN", "");
  const Instant begun = bench.now;
  EXPECT_EQ(open(), LinkError::Timeout);
  EXPECT_LE(bench.now - begun, 165s);
  EXPECT_EQ(sent().back(), "AT+SMDISC");
  replace("AT+SMCONN", "OK");
  states({"0", "1"});
  EXPECT_EQ(open(), std::nullopt);
  EXPECT_THAT(sent(), Contains("AT+CNACT=0,0"));
}

TEST_F(NativeEngineTest, ConnectedAlthoughTheAnswerWasLost_IsUsed) {
  bench.modem.on("AT+SMCONN", "");
  states({"0", "1"});
  EXPECT_EQ(open(), std::nullopt);
}

TEST_F(NativeEngineTest, Defect10MessagesDeliveredBeforeTheConnectResult_AreReceived) {
  bench.modem.on("AT+SMCONN", inboundLine("first") + "|OK|" + inboundLine("second"));
  EXPECT_EQ(open(), std::nullopt);
  EXPECT_THAT(sink.payloads, ElementsAre("first", "second"));
}

TEST_F(NativeEngineTest, Defect4And5CommandsInsideAPublish_AreAllReceived) {
  ASSERT_EQ(open(), std::nullopt);
  bench.modem.forget(kPublishState);
  bench.modem.onBlock(kPublishState, kPayload.size(), inboundLine("one>") + "|" + inboundLine("two") + "|OK",
                      wire(inboundLine("zero")) + "\r\n>");
  EXPECT_EQ(publish(), std::nullopt);
  EXPECT_THAT(sink.payloads, ElementsAre("zero", "one>", "two"));
  EXPECT_THAT(bench.modem.blocks, ElementsAre(kPayload));
}

TEST_F(NativeEngineTest, Defect7And8PayloadWithQuotesAndLineEnds_ArrivesWhole) {
  const std::string payload = "{\"action\":\"x\",\r\n\"note\":\"a,\\\"b\\\"\"}";
  bench.modem.say(wire(inboundLine(payload)));
  bench.runFor(1s);
  EXPECT_THAT(sink.payloads, ElementsAre(payload));
}

TEST_F(NativeEngineTest, LongestCommand_ArrivesAndALongerOneIsDroppedAndCounted) {
  bench.modem.say(wire(inboundLine(std::string(480, 'x')) + "|" + inboundLine(std::string(481, 'x')) + "|" +
                       inboundLine(std::string(2048, 'x')) + "|" + inboundLine("next")));
  bench.runFor(1s);
  EXPECT_THAT(sink.payloads, ElementsAre(std::string(480, 'x'), "next"));
  EXPECT_EQ(manager.counters().too_long, 1u);
  EXPECT_EQ(bench.at.counters().overlong_lines, 1u);
}

TEST_F(NativeEngineTest, ForeignTopicAndMalformedLines_AreDroppedAndCounted) {
  bench.modem.say(wire("+SMSUB: \"smartkar/other/command\",\"41\"|+SMSUB: \"t\",\"4\"|+SMSUB: junk"));
  bench.runFor(1s);
  EXPECT_THAT(sink.payloads, IsEmpty());
  EXPECT_EQ(manager.counters().foreign, 1u);
  EXPECT_EQ(manager.counters().malformed, 2u);
}

TEST_F(NativeEngineTest, Publish_SendsTheExactBytes) {
  ASSERT_EQ(open(), std::nullopt);
  EXPECT_EQ(publish(), std::nullopt);
  EXPECT_THAT(bench.modem.blocks, ElementsAre(kPayload));
}

TEST_F(NativeEngineTest, PublishBeyondTheLimit_IsTooLong) {
  ASSERT_EQ(open(), std::nullopt);
  EXPECT_EQ(publish(std::string(1025, 'x')), LinkError::TooLong);
}

TEST_F(NativeEngineTest, PublishWithoutSession_IsDown) { EXPECT_EQ(publish(), LinkError::Down); }

TEST_F(NativeEngineTest, PublishRefusedWhileUp_IsRefused) {
  ASSERT_EQ(open(), std::nullopt);
  replace(kPublishState, "ERROR");
  EXPECT_EQ(publish(), LinkError::Refused);
  EXPECT_TRUE(manager.up());
}

TEST_F(NativeEngineTest, PublishRefusedBecauseTheSessionIsGone_IsDown) {
  ASSERT_EQ(open(), std::nullopt);
  replace(kPublishState, "ERROR");
  states({"0"});
  EXPECT_EQ(publish(), LinkError::Down);
  EXPECT_FALSE(manager.up());
}

TEST_F(NativeEngineTest, SessionLostInsideAPublishThatEndsOk_IsDown) {
  ASSERT_EQ(open(), std::nullopt);
  bench.modem.forget(kPublishState);
  bench.modem.onBlock(kPublishState, kPayload.size(), "+SMSTATE: 0|OK");
  EXPECT_EQ(publish(), LinkError::Down);
  EXPECT_FALSE(manager.up());
}

TEST_F(NativeEngineTest, PublishWithoutAnswer_IsTimeout) {
  ASSERT_EQ(open(), std::nullopt);
  bench.modem.forget(kPublishState);
  bench.modem.onBlock(kPublishState, kPayload.size(), "");
  EXPECT_EQ(publish(), LinkError::Timeout);
}

TEST_F(NativeEngineTest, Defect37StateUrc_IsActedOnAtOnce) {
  ASSERT_EQ(open(), std::nullopt);
  bench.modem.say(wire("+SMSTATE: 0"));
  bench.runFor(1s);
  EXPECT_FALSE(manager.up());
  states({"0", "2"});
  EXPECT_EQ(open(), std::nullopt);
  EXPECT_EQ(bench.modem.count("AT+SMCONN"), 2u);
}

TEST_F(NativeEngineTest, Defect38OneGarbledPoll_ChangesNothing) {
  ASSERT_EQ(open(), std::nullopt);
  states({"x", "1"});
  EXPECT_EQ(bench.run(engine.check()), SessionClaim::Unknown);
  EXPECT_TRUE(manager.up());
  states({"x", "1"});
  EXPECT_EQ(open(), std::nullopt);
  EXPECT_EQ(bench.modem.count("AT+SMCONN"), 1u);
  EXPECT_THAT(sent(), Not(Contains("AT+SMDISC")));
}

TEST_F(NativeEngineTest, Defect38ThreeUnreadablePollsInARow_EndTheClaim) {
  ASSERT_EQ(open(), std::nullopt);
  states({"x"});
  for (int i = 0; i < 3; ++i) bench.run(engine.check());
  EXPECT_FALSE(manager.up());
  EXPECT_EQ(manager.counters().garbled_polls, 3u);
  EXPECT_EQ(open(), LinkError::Timeout);
  EXPECT_THAT(sent(), Not(Contains("AT+SMDISC")));
}

TEST_F(NativeEngineTest, ModemThatDiedWhileConnected_IsPoweredByTheNextOpen) {
  ASSERT_EQ(open(), std::nullopt);
  bench.modem.silent = true;
  pins.on_pulse = [this] { bench.modem.silent = false; };
  states({"0", "1"});
  const Instant begun = bench.now;
  EXPECT_EQ(open(), LinkError::Timeout);
  EXPECT_LE(bench.now - begun, 15s);
  EXPECT_EQ(open(), std::nullopt);
  EXPECT_EQ(pins.pulses, 1);
}

TEST_F(NativeEngineTest, SessionThatBreaksWithoutAWord_IsAskedFor) {
  ASSERT_EQ(open(), std::nullopt);
  states({"0"});
  bench.runFor(29s);
  EXPECT_TRUE(bench.run(manager.receive()).ok());
  EXPECT_TRUE(manager.up());
  bench.runFor(2s);
  EXPECT_TRUE(bench.run(manager.receive()).ok());
  EXPECT_FALSE(manager.up());
}

TEST_F(NativeEngineTest, BearerLost_IsDown) {
  ASSERT_EQ(open(), std::nullopt);
  bench.modem.say(wire("+APP PDP: 0,DEACTIVE"));
  bench.runFor(1s);
  EXPECT_FALSE(manager.up());
}

TEST_F(NativeEngineTest, Defect63RestartInsideADialogue_IsNoModemAndTheNextOpenConfigures) {
  states({"0"});
  bench.modem.on("AT+SMCONN", "RDY");
  EXPECT_EQ(open(), LinkError::NoModem);
  replace("AT+SMCONN", "OK");
  bench.modem.forget("AT+CMEE?");
  bench.modem.on("AT+CMEE?", "+CMEE: 0|OK");
  replace("AT+CPIN?", "+CPIN: READY|OK");
  replace("AT+CEREG?", "+CEREG: 0,1|OK");
  states({"1"});  // not asked before: a modem that has just started has no session
  EXPECT_EQ(open(), std::nullopt);
  EXPECT_THAT(sent(), Contains("AT+CFGRI=1"));
}

TEST_F(NativeEngineTest, ModemFailures_AreTranslated) {
  replace("AT+CNACT?", "+CNACT: 0,0,\"0.0.0.0\"|OK");
  replace("AT+CPIN?", "+CPIN: SIM PUK|OK");
  EXPECT_EQ(open(), LinkError::NoSim);
}

TEST_F(NativeEngineTest, Close_DisconnectsASessionAndLeavesNone) {
  ASSERT_EQ(open(), std::nullopt);
  EXPECT_EQ(close(), std::nullopt);
  EXPECT_EQ(sent().back(), "AT+SMDISC");
  EXPECT_FALSE(manager.up());
  states({"0"});
  EXPECT_EQ(close(), std::nullopt);
  EXPECT_EQ(bench.modem.count("AT+SMDISC"), 1u);
}

TEST_F(NativeEngineTest, CloseRefusedButGone_IsClosed) {
  ASSERT_EQ(open(), std::nullopt);
  states({"1", "0"});
  bench.modem.on("AT+SMDISC", "ERROR");
  EXPECT_EQ(close(), std::nullopt);
}

TEST_F(NativeEngineTest, Defect40CancelledConnect_LeavesTheNextOneInOrder) {
  states({"0"});
  bench.modem.on("AT+SMCONN", "OK", 8s);
  {
    Task<Result<void, LinkError>> task = manager.open();
    task.start();
    bench.runFor(3s);
    ASSERT_EQ(sent().back(), "AT+SMCONN");
  }
  EXPECT_EQ(arena.used(), 0u);
  states({"1"});
  EXPECT_EQ(open(), std::nullopt);
  EXPECT_TRUE(manager.adopted());
}

TEST_F(NativeEngineTest, KeepAlive_IsThatOfTheLatestCall) {
  manager.setKeepAlive(1200s);
  EXPECT_EQ(open(), std::nullopt);
  EXPECT_THAT(sent(), Contains("AT+SMCONF=\"KEEPTIME\",1200"));
}

MqttSettings wordWillSettings() {
  MqttSettings settings = plainSettings();
  settings.will_format = WillFormat::Word;
  settings.user = "car";
  settings.password = "secret";
  return settings;
}
class NativeEngineWordWillTest : public NativeEngineTest {
 protected:
  NativeEngineWordWillTest() : NativeEngineTest(wordWillSettings()) {}
};

TEST_F(NativeEngineWordWillTest, WillIsOneWordAndCredentialsAreSent) {
  EXPECT_EQ(open(), std::nullopt);
  EXPECT_THAT(sent(), Contains("AT+SMCONF=\"MESSAGE\",\"offline\""));
  EXPECT_THAT(sent(), Contains("AT+SMCONF=\"USERNAME\",\"car\""));
  EXPECT_THAT(sent(), Contains("AT+SMCONF=\"PASSWORD\",\"secret\""));
}

TEST_F(NativeEngineTest, WillThatTheModemRefusesBecomesAWord) {
  replace("AT+SMCONF=\"MESSAGE\",\"{\\\"online\\\":false,\\\"boot\\\":7,\\\"conn\\\":3}\"", "+CME ERROR: 3");
  EXPECT_EQ(open(), std::nullopt);
  EXPECT_THAT(sent(), Contains("AT+SMCONF=\"MESSAGE\",\"offline\""));
}

}  // namespace
}  // namespace smartkar::device
