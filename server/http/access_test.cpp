#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "server/http/http_bench.hpp"

namespace smartkar::server {
namespace {

using ::testing::HasSubstr;
using testing::HttpServerTest;
using testing::kCar;
using testing::kCommands;
using testing::kOrigin;
using testing::kOtherCar;

class AccessTest : public HttpServerTest {
 protected:
  TestResponse askFrom(const std::string& origin, const std::string& method, const std::string& fields = "") {
    return ask(method + " /api/v1/devices HTTP/1.1\r\nOrigin: " + origin + "\r\n" + fields + "\r\n");
  }
};

TEST_F(AccessTest, PagesOfAllowedOriginsAreToldThatTheyMay) {
  const auto preflight = askFrom(kOrigin, "OPTIONS", "Access-Control-Request-Method: POST\r\n");
  EXPECT_EQ(preflight.status, 204);
  EXPECT_EQ(preflight.fields.at("access-control-allow-origin"), kOrigin);
  EXPECT_THAT(preflight.fields.at("access-control-allow-headers"), HasSubstr("Idempotency-Key"));
  const auto answer = askFrom(kOrigin, "GET", authorization());
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.fields.at("access-control-allow-origin"), kOrigin);
  EXPECT_THAT(answer.fields.at("access-control-expose-headers"), HasSubstr("Link"));
}

TEST_F(AccessTest, ErrorsAndStreamsCanBeReadByThemToo) {
  EXPECT_EQ(askFrom(kOrigin, "GET").fields.at("access-control-allow-origin"), kOrigin);
  TestClient client(port_);
  client.send("GET /api/v1/stream HTTP/1.1\r\nOrigin: " + std::string(kOrigin) + "\r\n" + authorization() + "\r\n");
  EXPECT_THAT(client.readUntil("\r\n\r\n"), HasSubstr("Access-Control-Allow-Origin: " + std::string(kOrigin)));
}

TEST_F(AccessTest, PagesOfOtherOriginsAreNot) {
  const auto preflight = askFrom("https://evil.example.org", "OPTIONS", "Access-Control-Request-Method: POST\r\n");
  EXPECT_EQ(preflight.fields.count("access-control-allow-origin"), 0u);
  EXPECT_EQ(askFrom("https://evil.example.org", "GET", authorization()).fields.count("access-control-allow-origin"),
            0u);
}

TEST_F(AccessTest, WhoAsksTooOftenIsToldToWait) {
  HttpLimits limits;
  Api strict(backend_, {.admin_token = testing::kToken, .origins = {}, .requests_per_second = 0.1}, Site({}));
  std::unique_ptr<HttpServer> server;
  onServer([&] {
    server = std::move(HttpServer::listen(io_, {.port = 0, .limits = limits}, strict, broadcast_, sink_).value());
  });
  const auto get = [&](const std::string& fields) {
    TestClient client(server->port());
    client.send("GET /api/v1/devices HTTP/1.1\r\n" + fields + "\r\n");
    return client.receive();
  };
  EXPECT_EQ(get(authorization()).status, 200);
  const auto second = get(authorization());
  EXPECT_EQ(second.status, 429);
  EXPECT_GE(std::stoi(second.fields.at("retry-after")), 1);
  fieldOf(second);
  // Who has no token is counted by address, and takes nothing from who has one.
  EXPECT_EQ(get("").status, 401);
  EXPECT_EQ(get("").status, 429);
  onServer([&] {
    server->stop();
    stopped_.push_back(std::move(server));
  });
}

TEST_F(AccessTest, ListsLeadToTheirNextPage) {
  const auto first = get("/api/v1/devices?limit=1&contains=8986");
  const auto page = parsed(first);
  ASSERT_EQ(page.at("devices").as_array().size(), 1u);
  EXPECT_EQ(page.at("devices").at(0).at("ccid").as_string(), kCar);
  const std::string next(page.at("next").as_string());
  EXPECT_EQ(first.fields.at("link"), "<" + next + ">; rel=\"next\"");
  const auto second = parsed(get(next));
  EXPECT_EQ(second.at("devices").at(0).at("ccid").as_string(), kOtherCar);
  EXPECT_FALSE(second.contains("next"));
  EXPECT_TRUE(parsed(get("/api/v1/devices?contains=xyz")).at("devices").as_array().empty());

  for (int i = 0; i < 3; ++i) post(testing::kStart);
  const auto newest = parsed(get(kCommands + "?limit=2"));
  EXPECT_EQ(newest.at("commands").as_array().size(), 2u);
  const auto oldest = parsed(get(std::string(newest.at("next").as_string())));
  EXPECT_EQ(oldest.at("commands").as_array().size(), 1u);
  EXPECT_FALSE(oldest.contains("next"));
}

TEST_F(AccessTest, ReadinessAsksForTheBrokerToo) {
  const auto ready = ask("GET /readyz HTTP/1.1\r\n\r\n");
  EXPECT_EQ(ready.status, 503);
  EXPECT_EQ(ready.body, R"({"status":"not ready","broker":"down","store":"ok"})");
}

TEST_F(AccessTest, MetricsCountByEndpointAndNotByAddress) {
  EXPECT_EQ(ask("GET /metrics HTTP/1.1\r\n\r\n").status, 401);
  EXPECT_EQ(get("/metrics").body, "smartkar_up 1\n");
  get(kCommands + "/77");
  EXPECT_EQ(backend_.lastServed(), "/api/v1/devices/{ccid}/commands/{id} 404");
  get("/wp-login.php");
  EXPECT_EQ(backend_.lastServed(), " 404");
}

}  // namespace
}  // namespace smartkar::server
