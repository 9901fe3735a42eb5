#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "server/http/http_bench.hpp"

namespace smartkar::server {
namespace {

namespace json = boost::json;
using ::testing::HasSubstr;
using testing::HttpServerTest;
using testing::kCar;
using testing::kCommands;
using testing::kStart;
using ::testing::Not;

const std::string kTokens = "/api/v1/tokens";
const std::string kJson = "Content-Type: application/json\r\n";

class TokenTest : public HttpServerTest {
 protected:
  // Makes a token and returns its secret.
  std::string make(const std::string& name, const std::string& role) {
    const auto made = post(R"({"name":")" + name + R"(","role":")" + role + "\"}", kJson, kTokens);
    EXPECT_EQ(made.status, 201) << made.body;
    return std::string(parsed(made).at("token").as_string());
  }
  TestResponse askAs(const std::string& secret, const std::string& line, const std::string& body = "") {
    return ask(line + " HTTP/1.1\r\nAuthorization: Bearer " + secret + "\r\n" + kJson +
               "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body);
  }
  int statusAs(const std::string& secret, const std::string& line, const std::string& body = "") {
    return askAs(secret, line, body).status;
  }
};

TEST_F(TokenTest, EachRoleMayDoWhatItIsForAndNoMore) {
  const std::string viewer = make("screen", "viewer");
  const std::string driver = make("anna", "operator");
  const std::string admin = make("root", "admin");
  const auto all = [&](const std::string& line, const std::string& body = "") {
    return std::vector<int>{statusAs(viewer, line, body), statusAs(driver, line, body), statusAs(admin, line, body)};
  };
  EXPECT_EQ(all("GET /api/v1/devices"), (std::vector<int>{200, 200, 200}));
  EXPECT_EQ(all("POST " + kCommands, kStart), (std::vector<int>{403, 202, 202}));
  EXPECT_EQ(all("POST " + kCommands + "/1/cancel"), (std::vector<int>{403, 404, 404}));
  EXPECT_EQ(all("GET /api/v1/audit"), (std::vector<int>{403, 403, 200}));
  EXPECT_EQ(all("GET " + kTokens), (std::vector<int>{403, 403, 200}));
  EXPECT_EQ(all("POST " + kTokens, R"({"name":"x","role":"admin"})"), (std::vector<int>{403, 403, 201}));
  fieldOf(askAs(viewer, "POST " + kCommands, kStart));
  EXPECT_EQ(parsed(askAs(driver, "GET /api/v1/me")), (json::object{{"name", "anna"}, {"role", "operator"}}));
}

TEST_F(TokenTest, RevokedTokenOpensNothingFromThenOn) {
  const std::string secret = make("phone", "operator");
  EXPECT_EQ(statusAs(secret, "GET /api/v1/devices"), 200);
  const auto revoked = get(kTokens + "/phone", "DELETE");
  EXPECT_EQ(revoked.status, 200);
  EXPECT_TRUE(parsed(revoked).contains("revokedAt"));
  EXPECT_EQ(statusAs(secret, "GET /api/v1/devices"), 401);
  EXPECT_EQ(get(kTokens + "/phone", "DELETE").body, revoked.body) << "repeating it changes nothing";
  EXPECT_EQ(get(kTokens + "/nobody", "DELETE").status, 404);
}

TEST_F(TokenTest, SecretIsShownOnceAndNamesAreNotUsedAgain) {
  const std::string secret = make("phone", "viewer");
  EXPECT_THAT(get(kTokens).body, Not(HasSubstr(secret)));
  get(kTokens + "/phone", "DELETE");
  for (const char* name : {"phone", "api"}) {
    EXPECT_EQ(post(R"({"name":")" + std::string(name) + R"(","role":"viewer"})", kJson, kTokens).status, 409) << name;
  }
  EXPECT_EQ(fieldOf(post(R"({"name":"a b","role":"viewer"})", kJson, kTokens)), "name");
  EXPECT_EQ(fieldOf(post(R"({"name":"a"})", kJson, kTokens)), "role");
  EXPECT_EQ(fieldOf(post(R"({"name":"a","role":"viewer","ttl":1})", kJson, kTokens)), "ttl");
}

TEST_F(TokenTest, AuditTellsWhoDidWhatAndRefusedRequestsAreNotInIt) {
  const std::string secret = make("anna", "operator");
  const auto id = parsed(askAs(secret, "POST " + kCommands, kStart)).at("id").as_int64();
  askAs(secret, "POST " + kCommands, R"({"action":"vehicle.fly"})");
  askAs(secret, "POST " + kCommands + "/" + std::to_string(id) + "/cancel");
  const auto audit = parsed(get("/api/v1/audit")).at("audit").as_array();
  ASSERT_EQ(audit.size(), 3u);
  EXPECT_EQ(audit[0].at("action").as_string(), "cancel");
  EXPECT_EQ(audit[1].at("action").as_string(), "command");
  EXPECT_EQ(audit[1].at("principal").as_string(), "anna");
  EXPECT_EQ(audit[1].at("ccid").as_string(), kCar);
  EXPECT_EQ(audit[1].at("detail").as_string(), "vehicle.startCharging " + std::to_string(id));
  EXPECT_EQ(audit[2].at("principal").as_string(), "api");
  EXPECT_EQ(audit[2].at("detail").as_string(), "anna, operator");
}

TEST_F(TokenTest, IdempotencyKeysOfTwoPeopleAreTwo) {
  const std::string anna = make("anna", "operator");
  const std::string key = "Idempotency-Key: k\r\n" + kJson;
  const auto mine = parsed(post(kStart, key)).at("id");
  const auto hers = ask("POST " + kCommands + " HTTP/1.1\r\nAuthorization: Bearer " + anna + "\r\n" + key +
                        "Content-Length: " + std::to_string(kStart.size()) + "\r\n\r\n" + kStart);
  EXPECT_NE(parsed(hers).at("id"), mine);
}

}  // namespace
}  // namespace smartkar::server
