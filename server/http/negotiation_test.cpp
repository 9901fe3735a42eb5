#include "server/http/negotiation.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <zlib.h>

#include <array>

#include "server/http/http_bench.hpp"

namespace smartkar::server {
namespace {

namespace json = boost::json;
using ::testing::HasSubstr;
using testing::HttpServerTest;

std::string unpacked(const std::string& compressed) {
  z_stream stream{};
  inflateInit2(&stream, 15 + 16);
  std::array<char, 64 * 1024> out{};
  std::string in = compressed;
  stream.next_in = reinterpret_cast<Bytef*>(in.data());
  stream.avail_in = static_cast<uInt>(in.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = out.size();
  EXPECT_EQ(inflate(&stream, Z_FINISH), Z_STREAM_END);
  inflateEnd(&stream);
  return {out.data(), stream.total_out};
}

TEST(Negotiation, EncodingsAreTakenAsTheHeaderSays) {
  EXPECT_TRUE(acceptsEncoding("gzip, deflate, br", "br"));
  EXPECT_TRUE(acceptsEncoding("br;q=0.5, gzip;q=1.0", "gzip"));
  EXPECT_FALSE(acceptsEncoding("gzip;q=0", "gzip"));
  EXPECT_FALSE(acceptsEncoding("gzip; q=0.000", "gzip"));
  EXPECT_FALSE(acceptsEncoding("", "gzip"));
  EXPECT_FALSE(acceptsEncoding("x-gzip", "gzip"));
}

TEST(Negotiation, TagsAreComparedWeaklyInAList) {
  EXPECT_TRUE(matchesEtag(R"("a", W/"b")", R"("b")"));
  EXPECT_TRUE(matchesEtag("*", R"("b")"));
  EXPECT_FALSE(matchesEtag(R"("a")", R"("b")"));
  EXPECT_FALSE(matchesEtag("", R"("b")"));
}

class NegotiationTest : public HttpServerTest {
 protected:
  TestResponse getWith(const std::string& target, const std::string& fields) {
    return ask("GET " + target + " HTTP/1.1\r\n" + authorization() + fields + "\r\n");
  }
};

TEST_F(NegotiationTest, WhatTheClientHasIsNotSentAgainUntilItChanges) {
  const auto first = get("/api/v1/devices");
  const std::string condition = "If-None-Match: " + first.fields.at("etag") + "\r\n";
  const auto same = getWith("/api/v1/devices", condition);
  EXPECT_EQ(same.status, 304);
  EXPECT_EQ(same.body, "");
  EXPECT_EQ(same.fields.at("etag"), first.fields.at("etag"));
  onServer([this] {
    backend_.receive(protocol::Channel::Status,
                     R"({"online":true,"boot":7,"conn":3,"contact":91827,"journal":"a1b2","maxId":11})");
  });
  EXPECT_EQ(getWith("/api/v1/devices", condition).status, 200);
}

TEST_F(NegotiationTest, LargeAnswersAreCompressedForThoseWhoTakeIt) {
  const auto plain = get("/api/v1/schema");
  ASSERT_GT(plain.body.size(), 1024u);
  const auto packed = getWith("/api/v1/schema", "Accept-Encoding: gzip, br\r\n");
  EXPECT_EQ(packed.fields.at("content-encoding"), "gzip");
  EXPECT_LT(packed.body.size(), plain.body.size() / 3);
  EXPECT_EQ(unpacked(packed.body), plain.body);
  EXPECT_EQ(plain.fields.count("content-encoding"), 0u);
  EXPECT_EQ(getWith("/healthz", "Accept-Encoding: gzip\r\n").fields.count("content-encoding"), 0u);
}

TEST_F(NegotiationTest, PagesAreServedToEverybodyInTheFormTheyTake) {
  const auto plain = ask("GET / HTTP/1.1\r\n\r\n");
  EXPECT_EQ(plain.status, 200);
  EXPECT_EQ(plain.body, "<!doctype html>");
  EXPECT_EQ(plain.fields.at("content-type"), "text/html; charset=utf-8");
  EXPECT_THAT(plain.fields.at("content-security-policy"), HasSubstr("default-src 'none'"));
  EXPECT_EQ(plain.fields.at("x-content-type-options"), "nosniff");
  EXPECT_EQ(ask("GET / HTTP/1.1\r\nAccept-Encoding: gzip\r\n\r\n").body, "as gzip");
  const auto best = ask("GET / HTTP/1.1\r\nAccept-Encoding: gzip, br\r\n\r\n");
  EXPECT_EQ(best.body, "as br");
  EXPECT_EQ(best.fields.at("content-encoding"), "br");
  EXPECT_EQ(ask("GET / HTTP/1.1\r\nIf-None-Match: \"1\"\r\n\r\n").status, 304);
  EXPECT_EQ(ask("POST / HTTP/1.1\r\nContent-Length: 0\r\n\r\n").status, 401);
}

TEST_F(NegotiationTest, SchemaSaysWhatMayBeAskedAndWhatIsReported) {
  const auto schema = parsed(get("/api/v1/schema"));
  const auto& actions = schema.at("actions").as_array();
  const auto charging = std::find_if(actions.begin(), actions.end(), [](const json::value& action) {
    return action.at("name").as_string() == "vehicle.startCharging";
  });
  ASSERT_NE(charging, actions.end());
  EXPECT_EQ(charging->at("ttl").as_int64(), 6 * 3600);
  EXPECT_EQ(json::serialize(charging->at("parameters").at(0)),
            R"({"name":"targetSoc","type":"integer","required":false,"unit":"%","min":10,"max":100,"default":80})");
  for (const json::value& action : actions) EXPECT_NE(action.at("name").as_string(), "system.sync");
  EXPECT_EQ(json::serialize(schema.at("fields").as_array().front()),
            R"({"path":"device.uptime","type":"integer","unit":"ms","min":0,"max":4294967295})");
}

}  // namespace
}  // namespace smartkar::server
