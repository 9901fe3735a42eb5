#include "server/wake/sms_provider.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/asio/executor_work_guard.hpp>
#include <fstream>
#include <optional>

#include "test/support/http_receiver.hpp"
#include "test/support/temporary_directory.hpp"

namespace smartkar::server {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

const TextMessage kMessage{.ccid = "8988303000000614227", .number = "+491511234567", .text = "wake \"up\""};

class SmsProviderTest : public ::testing::Test {
 protected:
  SmsProviderTest() { std::ofstream(secrets_.path() / "key") << "s3cret\n"; }

  RequestTemplate to(const test::HttpReceiver& receiver, const std::string& path) const {
    RequestTemplate request;
    request.url = receiver.url() + path;
    request.secrets = secrets_.path();
    return request;
  }
  // Sends, and returns the failure; empty: none.
  std::string send(const RequestTemplate& request, const TextMessage& message = kMessage) {
    EXPECT_EQ(problemOf(request), std::nullopt);
    boost::asio::io_context io;
    SmsProvider provider(io);
    std::optional<std::string> answer;
    provider.send(request, message, [&](const std::string& failure) { answer = failure; });
    const auto work = boost::asio::make_work_guard(io);
    while (!answer && io.run_one_for(std::chrono::seconds(20)) > 0) {
    }
    return answer.value_or("no answer");
  }

  test::TemporaryDirectory secrets_;
};

// The examples of docs/sms.md.
TEST_F(SmsProviderTest, FormWithLoginAsTwilioWantsIt) {
  const test::HttpReceiver receiver({.status = 201});
  RequestTemplate request = to(receiver, "/2010-04-01/Accounts/AC1/Messages.json");
  request.login = "AC1:{secret:key}";
  request.body = "To={number}&From=%2B15550001111&Body={text}";
  EXPECT_EQ(send(request), "");
  const auto got = receiver.requests().at(0);
  EXPECT_THAT(got.head, StartsWith("POST /2010-04-01/Accounts/AC1/Messages.json HTTP/1.1\r\n"));
  EXPECT_THAT(got.head, HasSubstr("Authorization: Basic QUMxOnMzY3JldA==\r\n"));
  EXPECT_THAT(got.head, HasSubstr("Content-Type: application/x-www-form-urlencoded\r\n"));
  EXPECT_EQ(got.body, "To=%2B491511234567&From=%2B15550001111&Body=wake%20%22up%22");
}

TEST_F(SmsProviderTest, JsonWithLoginAsHologramWantsIt) {
  const test::HttpReceiver receiver;
  RequestTemplate request = to(receiver, "/api/1/sms/incoming");
  request.login = "apikey:{secret:key}";
  request.headers = {"Content-Type: application/json"};
  request.body = R"({"deviceid":{number},"body":"{text}"})";
  EXPECT_EQ(send(request, {.ccid = "1", .number = "4711", .text = "wake \"up\""}), "");
  EXPECT_EQ(receiver.requests().at(0).body, R"({"deviceid":4711,"body":"wake \"up\""})");
}

TEST_F(SmsProviderTest, SimInTheAddressAndBearerTokenAs1nceWantsIt) {
  const test::HttpReceiver receiver({.status = 201});
  RequestTemplate request = to(receiver, "/management-api/v1/sims/{ccid}/sms");
  request.headers = {"Content-Type: application/json", "Authorization: Bearer {secret:key}"};
  request.body = R"({"source_address":"SmartKar","payload":"{text}"})";
  request.status = 201;
  EXPECT_EQ(send(request), "");
  const auto got = receiver.requests().at(0);
  EXPECT_THAT(got.head, StartsWith("POST /management-api/v1/sims/8988303000000614227/sms HTTP/1.1\r\n"));
  EXPECT_THAT(got.head, HasSubstr("Authorization: Bearer s3cret\r\n"));
}

TEST_F(SmsProviderTest, RefusalIsToldInTheWordsOfTheProvider) {
  const test::HttpReceiver receiver({.status = 400, .body = R"({"error":{"message":"invalid number"}})"});
  RequestTemplate request = to(receiver, "/");
  request.error_pointer = "/error/message";
  EXPECT_EQ(send(request), "the provider answered 400: invalid number");
}

TEST_F(SmsProviderTest, CarWithoutNumberIsAFailureOnlyWhereTheNumberIsWanted) {
  RequestTemplate request;
  request.url = "https://provider.example/{number}";
  EXPECT_EQ(filled(request, {.ccid = "1", .number = "", .text = "t"}).error(), "the car has no number");
  request.url = "https://provider.example/{ccid}";
  EXPECT_EQ(filled(request, {.ccid = "1", .number = "", .text = "t"})->url, "https://provider.example/1");
}

TEST_F(SmsProviderTest, ProviderThatIsNotThereIsAFailure) {
  RequestTemplate request;
  request.url = "http://127.0.0.1:1/";
  EXPECT_THAT(send(request), StartsWith("the provider was not reached: "));
}

TEST_F(SmsProviderTest, TemplatesThatCannotWorkAreNamed) {
  RequestTemplate request;
  request.url = "provider.example";
  EXPECT_EQ(problemOf(request), "the URL must begin with https:// or http://");
  request.url = "https://provider.example/{nubmer}";
  EXPECT_THAT(problemOf(request).value_or(""), HasSubstr("{nubmer} is unknown"));
  request.url = "https://provider.example/{secret:none}";
  EXPECT_THAT(problemOf(request).value_or(""), HasSubstr("the secret none cannot be read"));
  request.url = "https://provider.example/";
  request.headers = {"Authorization"};
  EXPECT_THAT(problemOf(request).value_or(""), HasSubstr("must be NAME: VALUE"));
}

}  // namespace
}  // namespace smartkar::server
