#include "protocol/response.hpp"

#include <gtest/gtest.h>

#include <array>
#include <string>

#include "protocol/testing/with_mac.hpp"

namespace smartkar::protocol {
namespace {

class ResponseTest : public testing::Test {
 protected:
  Result<Response, FieldError> decode(std::string_view text) { return decodeResponse(text, document_, memory_); }
  Response decoded(std::string_view text) {
    const auto response = decode(text);
    EXPECT_TRUE(response) << text;
    return response ? *response : Response();
  }
  std::string error(std::string_view text) {
    const auto response = decode(text);
    return response ? "" : std::string(response.error().describe());
  }
  std::string encode(const Response& response) {
    std::array<char, kDevicePayloadBytesMax> memory;
    const auto text = encodeResponse(response, memory);
    EXPECT_TRUE(text);
    return text ? std::string(*text) : "";
  }

  JsonDocument document_;
  std::array<char, 4096> memory_;
};

TEST_F(ResponseTest, InProgressRoundTrips) {
  Response response;
  response.id = 12;
  response.stage = Stage::WaitingForWake;
  response.elapsed_ms = 1500;
  response.attempt = 2;
  response.boot = 7;
  response.seq = 41;
  const std::string text = encode(response);
  EXPECT_EQ(text, withMac(R"({"id":12,"ok":true,"status":"in_progress","stage":"waiting_for_wake","elapsedMs":1500,)"
                          R"("try":2,"boot":7,"seq":41})"));
  const Response again = decoded(text);
  EXPECT_EQ(again.id, 12U);
  EXPECT_EQ(again.status, ResponseStatus::InProgress);
  EXPECT_EQ(again.stage, Stage::WaitingForWake);
  EXPECT_EQ(again.elapsed_ms, 1500);
  EXPECT_EQ(again.attempt, 2U);
  EXPECT_EQ(again.boot, 7U);
  EXPECT_EQ(again.seq, 41U);
  EXPECT_TRUE(again.result.empty());
}

TEST_F(ResponseTest, Defect28BusyHasTheFormOfEveryResponse) {
  Response response;
  response.id = 13;
  response.status = ResponseStatus::Busy;
  response.error = "another command is running";
  response.current_command = CurrentCommand{12, "vehicle.startCharging", Stage::RequestingWake, 2100};
  const std::string text = encode(response);
  EXPECT_EQ(text,
            withMac(R"({"id":13,"ok":false,"status":"busy","error":"another command is running","currentCommand":)"
                    R"({"id":12,"action":"vehicle.startCharging","stage":"requesting_wake","elapsedMs":2100}})"));
  const Response again = decoded(text);
  EXPECT_EQ(again.error, "another command is running");
  ASSERT_TRUE(again.current_command);
  EXPECT_EQ(again.current_command->id, 12U);
  EXPECT_EQ(again.current_command->action, "vehicle.startCharging");
  EXPECT_EQ(again.current_command->stage, Stage::RequestingWake);
  EXPECT_EQ(again.current_command->elapsed_ms, 2100);
}

TEST_F(ResponseTest, ResultMembersRoundTripAsText) {
  Response response;
  response.id = 14;
  response.status = ResponseStatus::Completed;
  response.result = R"({"pong":true,"battery":{"soc":75}})";
  const std::string text = encode(response);
  EXPECT_EQ(text, withMac(R"({"id":14,"ok":true,"status":"completed","pong":true,"battery":{"soc":75}})"));
  EXPECT_EQ(decoded(text).result, response.result);
}

TEST_F(ResponseTest, EveryStatusRoundTripsWithItsOk) {
  for (int i = 0; i <= static_cast<int>(ResponseStatus::IdConflict); ++i) {
    Response response;
    response.id = 1;
    response.status = static_cast<ResponseStatus>(i);
    const std::string text = encode(response);
    const bool ok = response.status == ResponseStatus::InProgress || response.status == ResponseStatus::Completed;
    EXPECT_NE(text.find(ok ? R"("ok":true)" : R"("ok":false)"), std::string::npos) << text;
    EXPECT_EQ(decoded(text).status, response.status);
  }
}

TEST_F(ResponseTest, NotFinalIsWhatMayStillChange) {
  EXPECT_FALSE(isFinal(ResponseStatus::InProgress));
  EXPECT_FALSE(isFinal(ResponseStatus::Busy));
  EXPECT_FALSE(isFinal(ResponseStatus::NeverReceived));
  for (const auto status :
       {ResponseStatus::Completed, ResponseStatus::Failed, ResponseStatus::Error, ResponseStatus::NotSupported,
        ResponseStatus::Expired, ResponseStatus::Cancelled, ResponseStatus::Unknown, ResponseStatus::IdConflict}) {
    EXPECT_TRUE(isFinal(status)) << statusName(status);
  }
}

TEST_F(ResponseTest, AcceptsTheEnvelopeOfV22) {
  const Response response = decoded(
      R"({"type":"response","data":{"id":12,"ok":true,"status":"in_progress","stage":"accepted","elapsedMs":0}})");
  EXPECT_EQ(response.id, 12U);
  EXPECT_EQ(response.stage, Stage::Accepted);
  EXPECT_EQ(error(R"({"type":"event","data":{"id":1,"ok":true}})"), "type is unknown");
}

TEST_F(ResponseTest, AcceptsTheBusyReplyOfOldFirmwareWithoutType) {
  const Response response = decoded(
      R"({"data":{"id":13,"ok":false,"status":"busy","error":"busy","currentCommand":{"id":12,"action":"a.b"}}})");
  EXPECT_EQ(response.status, ResponseStatus::Busy);
  EXPECT_EQ(response.current_command->id, 12U);
}

TEST_F(ResponseTest, ShortFormIsAnImmediateResult) {
  EXPECT_EQ(decoded(R"({"id":1,"ok":true,"message":"Rebooting"})").status, ResponseStatus::Completed);
  EXPECT_EQ(decoded(R"({"id":1,"ok":true,"message":"Rebooting"})").result, R"({"message":"Rebooting"})");
  EXPECT_EQ(decoded(R"({"id":1,"ok":false,"error":"no"})").status, ResponseStatus::Error);
  EXPECT_EQ(error(R"({"id":1})"), "ok is missing");
}

TEST_F(ResponseTest, StatusesOfV21AreStillInProgress) {
  EXPECT_EQ(decoded(R"({"id":1,"ok":true,"status":"queued","targetSoc":80})").status, ResponseStatus::InProgress);
  EXPECT_EQ(decoded(R"({"id":1,"ok":false,"status":"pending"})").status, ResponseStatus::InProgress);
}

TEST_F(ResponseTest, UnknownStageIsKeptAsText) {
  const Response response = decoded(R"({"id":1,"ok":true,"status":"in_progress","stage":"warming_up"})");
  EXPECT_FALSE(response.stage);
  EXPECT_EQ(response.unknown_stage, "warming_up");
}

TEST_F(ResponseTest, LongErrorTextIsCut) {
  const Response response = decoded(R"({"id":1,"ok":false,"error":")" + std::string(300, 'e') + R"("})");
  EXPECT_EQ(response.error.size(), kErrorTextBytesMax);
}

TEST_F(ResponseTest, FieldErrorsNameTheField) {
  EXPECT_EQ(error(R"({"ok":true})"), "id is missing");
  EXPECT_EQ(error(R"({"id":-1,"ok":true})"), "id must be 1-2147483647");
  EXPECT_EQ(error(R"({"id":1,"ok":1})"), "ok must be true or false");
  EXPECT_EQ(error(R"({"id":1,"ok":true,"status":"great"})"), "status is unknown");
  EXPECT_EQ(error(R"({"id":1,"ok":true,"status":5})"), "status must be a string");
  EXPECT_EQ(error(R"({"id":1,"ok":true,"stage":5})"), "stage must be a string");
  EXPECT_EQ(error(R"({"id":1,"ok":false,"error":5})"), "error must be a string");
  EXPECT_EQ(error(R"({"id":1,"ok":true,"elapsedMs":"5"})"), "elapsedMs must be an integer");
  EXPECT_EQ(error(R"({"id":1,"ok":true,"seq":-5})"), "seq must be 0-4294967295");
  EXPECT_EQ(error("3"), "malformed JSON");
}

TEST_F(ResponseTest, CurrentCommandOutOfOrderIsLeftOut) {
  EXPECT_FALSE(decoded(R"({"id":1,"ok":false,"status":"busy","currentCommand":{"id":-1}})").current_command);
  EXPECT_FALSE(decoded(R"({"id":1,"ok":false,"status":"busy","currentCommand":3})").current_command);
}

TEST_F(ResponseTest, ResultThatDoesNotFitItsMemoryIsAnError) {
  std::array<char, 8> small;
  EXPECT_FALSE(decodeResponse(R"({"id":1,"ok":true,"message":"Rebooting"})", document_, small));
}

TEST_F(ResponseTest, EveryTruncationIsRefused) {
  const std::string text = R"({"id":12,"ok":false,"status":"failed","stage":"accepted","error":"x\"y","seq":4})";
  for (std::size_t size = 0; size < text.size(); ++size) EXPECT_FALSE(decode(text.substr(0, size))) << size;
}

TEST_F(ResponseTest, LimitOf1024BytesIsExact) {
  std::array<char, 2048> memory;
  Response response;
  response.id = 1;
  response.status = ResponseStatus::Completed;
  const std::string empty = R"({"x":""})";
  response.result = empty;
  const std::size_t frame = encodeResponse(response, memory)->size();
  const std::string longest = R"({"x":")" + std::string(kDevicePayloadBytesMax - frame, 'x') + R"("})";
  response.result = longest;
  EXPECT_EQ(encodeResponse(response, memory)->size(), kDevicePayloadBytesMax);
  const std::string too_long = R"({"x":"x)" + longest.substr(6);
  response.result = too_long;
  EXPECT_EQ(encodeResponse(response, memory).error(), EncodeError::TooLong);
}

TEST_F(ResponseTest, EncodingRefusesAnIdThatCannotBe) {
  std::array<char, 256> memory;
  EXPECT_EQ(encodeResponse(Response(), memory).error(), EncodeError::Invalid);
}

TEST_F(ResponseTest, AnswerToACancelThatCameTooLate) {
  Response response;
  response.id = 12;
  response.stage = Stage::SendingCommand;
  response.too_late = true;
  const std::string text = encode(response);
  EXPECT_NE(text.find(R"("cancel":"too_late")"), std::string::npos);
  EXPECT_TRUE(decoded(text).too_late);
  EXPECT_TRUE(decoded(text).result.empty());
  EXPECT_EQ(error(R"({"id":12,"status":"in_progress","cancel":"maybe"})"), "cancel is unknown");
}

TEST_F(ResponseTest, NeverReceivedNamesTheContactAndTheJournalNamesTheAction) {
  Response response;
  response.id = 12;
  response.status = ResponseStatus::NeverReceived;
  response.contact = 91827;
  EXPECT_EQ(decoded(encode(response)).contact, 91827U);
  response.status = ResponseStatus::Completed;
  ASSERT_TRUE(response.action.assign("vehicle.startCharging"));
  EXPECT_EQ(decoded(encode(response)).action, "vehicle.startCharging");
}

TEST_F(ResponseTest, PartsRoundTripAndMustBeInOrder) {
  Response response;
  response.id = 12;
  response.status = ResponseStatus::Completed;
  response.part = {2, 3};
  response.result = R"({"profiles":[1,2]})";
  const std::string text = encode(response);
  EXPECT_NE(text.find(R"("part":2,"parts":3)"), std::string::npos);
  const Response again = decoded(text);
  EXPECT_EQ(again.part.number, 2U);
  EXPECT_EQ(again.part.count, 3U);
  EXPECT_EQ(again.result, R"({"profiles":[1,2]})");
  EXPECT_TRUE(decoded(R"({"id":12,"ok":true})").part.whole());
  EXPECT_EQ(error(R"({"id":12,"ok":true,"parts":3})"), "part is missing");
  EXPECT_EQ(error(R"({"id":12,"ok":true,"part":4,"parts":3})"), "part must be 1-3");
  EXPECT_EQ(error(R"({"id":12,"ok":true,"part":1,"parts":9})"), "parts must be 2-8");
}

}  // namespace
}  // namespace smartkar::protocol
