#include "device/command/outbox.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "device/command/answer.hpp"

namespace smartkar::device {
namespace {

using protocol::ResponseStatus;

struct OutboxTest : testing::Test {
  OutboxTest() { outbox.beginBoot(7); }

  std::vector<std::string> sendAll() {
    std::vector<std::string> sent;
    while (outbox.next(message)) {
      sent.emplace_back(message.payload.view());
      outbox.markSent(message.ticket);
    }
    return sent;
  }

  OutboxState state;
  Outbox outbox{state};
  OutboxMessage message;
};

TEST_F(OutboxTest, MessagesGoOutInOrderWithBootAndSeq) {
  outbox.push(answer(1, ResponseStatus::InProgress));
  outbox.push(answer(1, ResponseStatus::Completed));
  const auto sent = sendAll();
  ASSERT_EQ(sent.size(), 2u);
  EXPECT_NE(sent[0].find("\"boot\":7,\"seq\":1"), std::string::npos) << sent[0];
  EXPECT_NE(sent[1].find("\"seq\":2"), std::string::npos) << sent[1];
}

TEST_F(OutboxTest, Defect25FinalResponseIsRepeatedUntilAcknowledged) {
  outbox.push(answer(1, ResponseStatus::Completed));
  EXPECT_EQ(sendAll().size(), 1u);
  EXPECT_TRUE(outbox.allSent());
  outbox.beginContact();
  EXPECT_EQ(sendAll().size(), 1u);
  outbox.acknowledge(1);
  outbox.beginContact();
  EXPECT_TRUE(sendAll().empty());
}

TEST_F(OutboxTest, StageIsNotRepeatedOnceItWasSent) {
  outbox.push(answer(1, ResponseStatus::InProgress));
  sendAll();
  outbox.beginContact();
  EXPECT_TRUE(outbox.allSent());
}

TEST_F(OutboxTest, AcknowledgingAnEarlierSeqKeepsTheLaterOnes) {
  outbox.push(answer(1, ResponseStatus::Completed));
  outbox.push(answer(2, ResponseStatus::Completed));
  outbox.acknowledge(1);
  EXPECT_EQ(outbox.unacknowledged(), 1u);
}

TEST_F(OutboxTest, Defect25EventsSurviveUntilTheyAreSent) {
  protocol::Event event;
  event.domain = "vehicle";
  event.name = "plugged";
  outbox.push(event);
  outbox.acknowledge(99);
  ASSERT_TRUE(outbox.next(message));
  EXPECT_EQ(message.channel, protocol::Channel::Event);
  outbox.markSent(message.ticket);
  EXPECT_TRUE(outbox.allSent());
}

TEST_F(OutboxTest, FullOutboxGivesUpStagesBeforeFinals) {
  outbox.push(answer(1, ResponseStatus::Completed));
  for (protocol::CommandId id = 2; id <= kOutboxItemsMax; ++id) outbox.push(answer(id, ResponseStatus::InProgress));
  for (protocol::CommandId id = 20; id < 24; ++id) outbox.push(answer(id, ResponseStatus::Completed));
  EXPECT_EQ(outbox.unacknowledged(), 5u);
  EXPECT_EQ(outbox.dropped(), 4u);
}

TEST_F(OutboxTest, LongResultIsSentOnce) {
  const std::string result = "{\"text\":\"" + std::string(600, 'x') + "\"}";
  protocol::Response response = answer(1, ResponseStatus::Completed);
  response.result = result;
  outbox.push(response);
  EXPECT_EQ(sendAll().size(), 1u);
  outbox.beginContact();
  EXPECT_TRUE(outbox.allSent());
}

// A result with a list of so many texts of 30 bytes.
std::string longResult(int texts) {
  std::string result = R"({"count":)" + std::to_string(texts) + R"(,"list":[)";
  for (int i = 0; i < texts; ++i) {
    result += (i == 0 ? "\"" : ",\"") + std::to_string(100 + i) + std::string(27, 'x') + "\"";
  }
  return result + "]}";
}

TEST_F(OutboxTest, ResultTooLongForAMessageIsSentInPartsOfConsecutiveNumbers) {
  const std::string result = longResult(60);
  ASSERT_LE(result.size(), kResultBytesMax);
  protocol::Response response = answer(1, ResponseStatus::Completed);
  response.attempt = 3;
  response.result = result;
  outbox.push(response);
  outbox.push(answer(2, ResponseStatus::Completed));
  const auto sent = sendAll();
  ASSERT_EQ(sent.size(), 4u);
  std::string list;
  for (std::uint32_t i = 0; i < 3; ++i) {
    ASSERT_LE(sent[i].size(), protocol::kDevicePayloadBytesMax);
    protocol::JsonDocument document;
    char memory[protocol::kDevicePayloadBytesMax + 2];
    const auto part = protocol::decodeResponse(sent[i], document, memory);
    ASSERT_TRUE(part) << sent[i];
    EXPECT_EQ(part->part.number, i + 1);
    EXPECT_EQ(part->part.count, 3u);
    EXPECT_EQ(part->seq, i + 1);
    EXPECT_EQ(part->attempt, 3u);
    EXPECT_EQ(part->status, ResponseStatus::Completed);
    list += part->result;
  }
  for (int i = 0; i < 60; ++i) EXPECT_NE(list.find("\"" + std::to_string(100 + i)), std::string::npos);
  EXPECT_NE(sent[3].find("\"seq\":4"), std::string::npos) << sent[3];
}

TEST_F(OutboxTest, PartsGoOnWhereTheLastContactBroke) {
  const std::string result = longResult(60);
  protocol::Response response = answer(1, ResponseStatus::Completed);
  response.result = result;
  outbox.push(response);
  ASSERT_TRUE(outbox.next(message));
  outbox.markSent(message.ticket);
  ASSERT_TRUE(outbox.next(message));
  const std::string second(message.payload.view());
  EXPECT_FALSE(outbox.allSent());
  outbox.beginContact();
  const auto sent = sendAll();
  ASSERT_EQ(sent.size(), 2u);
  EXPECT_EQ(sent[0], second);
  EXPECT_TRUE(outbox.allSent());
}

TEST_F(OutboxTest, ResultThatCannotBeSentIsAnError) {
  const std::string result = "{\"text\":\"" + std::string(1500, 'x') + "\"}";
  protocol::Response response = answer(1, ResponseStatus::Completed);
  response.result = result;
  outbox.push(response);
  const auto sent = sendAll();
  ASSERT_EQ(sent.size(), 1u);
  EXPECT_NE(sent[0].find("\"status\":\"error\""), std::string::npos) << sent[0];
}

TEST_F(OutboxTest, NewBootForgetsTheOldMessagesAndCountsAnew) {
  outbox.push(answer(1, ResponseStatus::Completed));
  outbox.beginBoot(8);
  EXPECT_TRUE(outbox.allSent());
  outbox.push(answer(2, ResponseStatus::Completed));
  EXPECT_NE(sendAll().front().find("\"boot\":8,\"seq\":1"), std::string::npos);
}

}  // namespace
}  // namespace smartkar::device
