#include "server/legacy/legacy_line.hpp"

#include <gtest/gtest.h>

#include "protocol/json_document.hpp"
#include "protocol/state.hpp"

namespace smartkar::server {
namespace {

using Type = LegacyLine::Type;

TEST(LegacyLine, AuthAndByeAreReadInAnyOrderOfMembers) {
  const auto auth = decodeLegacyLine(R"( { "data" : {"ccid":"8944500000000000001"}, "type" : "auth" } )");
  ASSERT_TRUE(auth.has_value());
  EXPECT_EQ(auth->type, Type::Auth);
  EXPECT_EQ(auth->text, "8944500000000000001");
  const auto bye = decodeLegacyLine(R"({"type":"bye","data":{"reason":"sleep"}})");
  ASSERT_TRUE(bye.has_value());
  EXPECT_EQ(bye->type, Type::Bye);
  EXPECT_EQ(bye->text, "sleep");
}

TEST(LegacyLine, BusyIsAResponseAlsoWithoutAType) {
  const auto busy = decodeLegacyLine(R"({"data":{"id":5,"ok":false,"status":"busy","currentCommand":{"id":4}}})");
  ASSERT_TRUE(busy.has_value());
  EXPECT_EQ(busy->type, Type::Message);
  EXPECT_EQ(busy->channel, protocol::Channel::Response);
  EXPECT_EQ(busy->text, R"({"id":5,"ok":false,"status":"busy","currentCommand":{"id":4}})");
  EXPECT_FALSE(decodeLegacyLine(R"({"data":{"id":5,"ok":true,"status":"completed"}})"));
}

TEST(LegacyLine, MembersThatMeanSomethingOnlyInThisFirmwareAreLeftOut) {
  const auto response = decodeLegacyLine(
      R"({"type":"response","data":{"id":5,"ok":true,"status":"queued","action":"vehicle.stopCharging","boot":9,)"
      R"("seq":7,"contact":3,"targetSoc":80}})");
  ASSERT_TRUE(response.has_value());
  EXPECT_EQ(response->text, R"({"id":5,"ok":true,"status":"queued","targetSoc":80})");
  const auto event = decodeLegacyLine(
      R"({"type":"event","data":{"domain":"chargingProfile","name":"profileUpdated","index":1,"ts":5,"seq":1}})");
  ASSERT_TRUE(event.has_value());
  EXPECT_EQ(event->text, R"({"domain":"profiles","name":"profileUpdated","index":1})");
}

TEST(LegacyLine, StateOfAllDomainsIsReadWhole) {
  const auto state = decodeLegacyLine(
      R"({"type":"state","data":{"device":{"uptime":123456,"batteryVoltage":4012},"network":{"signalStrength":20},)"
      R"("vehicle":{"battery":{"soc":63.5,"charging":true},"canGps":{"lat":52.52,"lng":13.405},"vehicleAwake":true}}})");
  ASSERT_TRUE(state.has_value());
  protocol::JsonDocument document;
  const auto decoded = protocol::decodeState(state->text, document);
  ASSERT_TRUE(decoded.ok());
  EXPECT_EQ(decoded->rejected_count, 0u);
  EXPECT_EQ(decoded->state.values.size(), 8u);
}

TEST(LegacyLine, WhatIsMalformedOrOfNoTypeOfACarIsNothing) {
  for (const char* line :
       {"", "hello", "{}", R"({"type":"state"})", R"({"type":"state","data":[]})", R"({"type":"command","data":{}})",
        R"({"type":7,"data":{}})", R"({"type":"state","data":{)", R"({"type":"state","data":{"a":1,"a":2}})"}) {
    EXPECT_FALSE(decodeLegacyLine(line)) << line;
  }
}

TEST(LegacyLine, AnswerToAuthSaysWhyNot) {
  EXPECT_EQ(legacyAuthAnswer(""), "{\"type\":\"auth\",\"data\":{\"ok\":true}}\n");
  EXPECT_EQ(legacyAuthAnswer("unknown CCID"),
            "{\"type\":\"auth\",\"data\":{\"ok\":false,\"reason\":\"unknown CCID\"}}\n");
}

}  // namespace
}  // namespace smartkar::server
