#include "protocol/sync.hpp"

#include <gtest/gtest.h>

#include <array>
#include <string>

#include "protocol/mac.hpp"

namespace smartkar::protocol {
namespace {

class SyncTest : public testing::Test {
 protected:
  std::string encode(const Sync& sync) {
    std::array<char, kCommandBytesMax> memory;
    const auto text = encodeSync(sync, memory);
    EXPECT_TRUE(text);
    return text ? std::string(*text) : "";
  }
  // begin: the message up to its mac.
  std::string errorOf(std::string_view begin) {
    std::array<char, kCommandBytesMax> memory;
    JsonWriter writer(memory);
    writer.beginObject().members(begin);
    endWithMac(writer);
    const auto command = decodeCommand(*writer.finish(), document_);
    if (!command) return std::string(command.error().field.describe());
    const auto sync = decodeSync(*command);
    return sync ? "" : std::string(sync.error().describe());
  }

  JsonDocument document_;
};

TEST_F(SyncTest, RoundTrips) {
  Sync sync{.contact = 91827, .now = unixTime(1767225600), .ack = 7, .want_state = true};
  ASSERT_TRUE(sync.open.push(11));
  ASSERT_TRUE(sync.open.push(12));
  const std::string text = encode(sync);
  EXPECT_TRUE(text.starts_with(
      R"({"action":"system.sync","contact":91827,"now":1767225600,"ack":7,"open":[11,12],"want":["state"],"mac":")"));
  const auto command = decodeCommand(text, document_);
  ASSERT_TRUE(command);
  EXPECT_FALSE(command->id);
  const auto decoded = decodeSync(*command);
  ASSERT_TRUE(decoded);
  EXPECT_EQ(decoded->contact, 91827U);
  EXPECT_EQ(decoded->now, unixTime(1767225600));
  EXPECT_EQ(decoded->ack, 7U);
  ASSERT_EQ(decoded->open.size(), 2U);
  EXPECT_EQ(decoded->open[1], 12U);
  EXPECT_TRUE(decoded->want_state);
}

TEST_F(SyncTest, WantsAreIndependent) {
  const Sync sync{.contact = 1, .now = unixTime(1767225600), .ack = 0, .want_journal = true};
  const std::string text = encode(sync);
  EXPECT_NE(text.find(R"("want":["journal"])"), std::string::npos);
  const auto decoded = decodeSync(*decodeCommand(text, document_));
  ASSERT_TRUE(decoded);
  EXPECT_TRUE(decoded->want_journal);
  EXPECT_FALSE(decoded->want_state);
}

TEST_F(SyncTest, LossIsOnlySaidIfThereWasOne) {
  Sync sync{.contact = 1, .now = unixTime(1767225600), .ack = 0};
  EXPECT_EQ(encode(sync).find("lost"), std::string::npos);
  sync.lost = true;
  EXPECT_TRUE(decodeSync(*decodeCommand(encode(sync), document_))->lost);
}

TEST_F(SyncTest, LargestSyncFitsTheCommandLimit) {
  Sync sync{.contact = kCommandIdMax,
            .now = unixTime(253402300799),
            .ack = 0xFFFFFFFF,
            .want_state = true,
            .want_journal = true,
            .lost = true};
  while (sync.open.push(kCommandIdMax)) {
  }
  const std::string text = encode(sync);
  EXPECT_LE(text.size(), kCommandBytesMax);
  EXPECT_EQ(decodeSync(*decodeCommand(text, document_))->open.size(), kOpenIdsMax);
}

TEST_F(SyncTest, FieldErrorsNameTheField) {
  const std::string action = R"({"action":"system.sync",)";
  EXPECT_EQ(errorOf(action + R"("now":5,"ack":0,"open":[]})"), "contact is missing");
  EXPECT_EQ(errorOf(action + R"("contact":1,"ack":0,"open":[]})"), "now is missing");
  EXPECT_EQ(errorOf(action + R"("contact":1,"now":5,"open":[]})"), "ack is missing");
  EXPECT_EQ(errorOf(action + R"("contact":1,"now":5,"ack":0})"), "open is missing");
  EXPECT_EQ(errorOf(action + R"("contact":1,"now":"5","ack":0,"open":[]})"), "now must be an integer");
  EXPECT_EQ(errorOf(action + R"("contact":1,"now":5,"ack":-1,"open":[]})"), "ack must be 0-4294967295");
  EXPECT_EQ(errorOf(action + R"("contact":1,"now":5,"ack":0,"open":3})"), "open must be an array");
  EXPECT_EQ(errorOf(action + R"("contact":1,"now":5,"ack":0,"open":[0]})"), "open must be 1-2147483647");
  EXPECT_EQ(errorOf(action + R"("contact":1,"now":5,"ack":0,"open":[1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17]})"),
            "open is too long");
  EXPECT_EQ(errorOf(action + R"("contact":1,"now":5,"ack":0,"open":[],"want":1})"), "want must be an array");
}

TEST_F(SyncTest, WhatANewerServerAddsIsPassedOver) {
  EXPECT_EQ(errorOf(R"({"action":"system.sync","contact":1,"now":5,"ack":0,"open":[],"want":["moon"],"new":1})"), "");
}

TEST_F(SyncTest, ContactOfZeroIsNotSent) {
  std::array<char, kCommandBytesMax> memory;
  EXPECT_EQ(encodeSync(Sync{}, memory).error(), EncodeError::Invalid);
}

TEST_F(SyncTest, RingRoundTrips) {
  std::array<char, kCommandBytesMax> memory;
  const auto text = encodeRing(unixTime(1767225600), memory);
  ASSERT_TRUE(text);
  const auto command = decodeCommand(*text, document_);
  ASSERT_TRUE(command);
  EXPECT_EQ(command->spec->action, Action::Ring);
  EXPECT_EQ(command->expires_at, unixTime(1767225600));
  EXPECT_TRUE(command->has_mac);
  EXPECT_TRUE(encodeRing(std::nullopt, memory)->starts_with(R"({"action":"system.ring","mac":")"));
}

}  // namespace
}  // namespace smartkar::protocol
