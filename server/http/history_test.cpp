#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "server/http/history_text.hpp"
#include "server/http/http_bench.hpp"

namespace smartkar::server {
namespace {

using ::testing::EndsWith;
using ::testing::HasSubstr;
using testing::kCar;
using ::testing::Not;
using ::testing::StartsWith;

const std::string kCarPath = std::string("/api/v1/devices/") + kCar;
const std::string kHistory = kCarPath + "/history?field=vehicle.battery.soc";

class HistoryTest : public testing::HttpServerTest {
 protected:
  void store(std::vector<Mutation> mutations) {
    onServer([&] { ASSERT_TRUE(backend_.store().apply(mutations).ok()); });
  }
  static AddSample sample(std::int64_t at, const std::string& fields_json) {
    return AddSample{{kCar, unixTime(at), fields_json}};
  }
  // 20 MB: more than the kernel takes of an answer that nobody reads.
  void storeMuch() {
    const std::string fields = R"({"device.wakeCause":")" + std::string(10'000, 'x') + "\"}";
    std::vector<Mutation> samples;
    for (int i = 0; i < 2000; ++i) samples.emplace_back(sample(i * 3600, fields));
    store(std::move(samples));
  }
  void ask(TestClient& client, const std::string& target) {
    client.send("GET " + target + " HTTP/1.1\r\n" + authorization() + "\r\n");
  }
  // The body of a download, its chunks put together.
  static std::string bodyOf(TestClient& client) {
    std::string body;
    for (;;) {
      const std::string line = client.readUntil("\r\n");
      const std::size_t size = line.empty() ? 0 : std::stoul(line, nullptr, 16);
      const std::string chunk = client.readBytes(size + 2);
      if (size == 0) return body;
      body += chunk.substr(0, size);
    }
  }
};

TEST_F(HistoryTest, BucketsOfAFieldWithItsUnit) {
  store({sample(3600, R"({"vehicle.battery.soc":80})"), sample(3700, R"({"vehicle.battery.soc":61})"),
         sample(7200, R"({"vehicle.battery.soc":null})")});
  EXPECT_EQ(get(kHistory + "&from=0&to=9000&resolution=1800").body,
            std::string("{\"ccid\":\"") + kCar +
                R"(","field":"vehicle.battery.soc","unit":"%","from":0,"to":9000,"resolution":1800,"buckets":[)"
                R"({"at":3600,"count":2,"min":61,"max":80,"mean":70.5,"last":61,"lastAt":3700}]})");
}

TEST_F(HistoryTest, WithoutPeriodItIsTheLatestDay) {
  const auto now = std::chrono::system_clock::to_time_t(std::chrono::system_clock::now());
  store({sample(now, R"({"vehicle.battery.soc":80})"), sample(now - 2 * 86'400, R"({"vehicle.battery.soc":40})")});
  const auto history = parsed(get(kHistory));
  ASSERT_EQ(history.at("buckets").as_array().size(), 1u);
  EXPECT_EQ(history.at("buckets").at(0).at("last").as_int64(), 80);
}

TEST_F(HistoryTest, WrongParameterIsNamed) {
  const std::vector<std::pair<std::string, std::string>> cases{
      {kCarPath + "/history", "field"},
      {kCarPath + "/history?field=vehicle.battery.sock", "field"},
      {kHistory + "&from=x", "from"},
      {kHistory + "&from=-1", "from"},
      {kHistory + "&from=10&to=10", "from"},
      {kHistory + "&to=999999999999", "to"},
      {kHistory + "&resolution=0", "resolution"},
      {kHistory + "&resolution=1", "resolution"},
      {kCarPath + "/export?format=xml", "format"},
      {kCarPath + "/export?from=10&to=9", "from"},
  };
  for (const auto& [target, field] : cases) {
    const auto response = get(target);
    EXPECT_EQ(response.status, 422) << target;
    EXPECT_EQ(fieldOf(response), field) << target;
  }
}

TEST_F(HistoryTest, ExportIsAFileOfLines) {
  store({sample(10, R"({"vehicle.battery.soc":80.5,"device.wakeCause":"a \"b\", c"})"),
         sample(20, R"({"vehicle.battery.soc":null})")});
  TestClient client(port_);
  ask(client, kCarPath + "/export");
  const std::string header = client.readUntil("\r\n\r\n");
  EXPECT_THAT(header, HasSubstr("Content-Type: text/csv; charset=utf-8; header=present\r\n"));
  EXPECT_THAT(header, HasSubstr(std::string("filename=\"") + kCar + ".csv\"\r\n"));
  EXPECT_EQ(bodyOf(client),
            "at,span,field,count,min,max,mean,value\r\n10,0,vehicle.battery.soc,1,,,,80.5\r\n"
            "10,0,device.wakeCause,1,,,,\"a \"\"b\"\", c\"\r\n20,0,vehicle.battery.soc,1,,,,\r\n");
  ask(client, kCarPath + "/export?format=ndjson&from=10&to=20");
  EXPECT_THAT(client.readUntil("\r\n\r\n"), HasSubstr("application/x-ndjson")) << "the connection serves on";
  EXPECT_EQ(bodyOf(client),
            "{\"at\":10,\"field\":\"vehicle.battery.soc\",\"value\":80.5}\n"
            "{\"at\":10,\"field\":\"device.wakeCause\",\"value\":\"a \\\"b\\\", c\"}\n");
}

TEST_F(HistoryTest, ExportHasHoursThatWereSummedUp) {
  HistoryRow row{.path = "vehicle.battery.soc", .hour = true, .bucket = {unixTime(3600), 2, 60, 81, 70.5, "60", {}}};
  EXPECT_EQ(csvLine(row), "3600,3600,vehicle.battery.soc,2,60,81,70.5,60\r\n");
  EXPECT_EQ(ndjsonLine(row),
            "{\"at\":3600,\"span\":3600,\"field\":\"vehicle.battery.soc\",\"count\":2,"
            "\"min\":60,\"max\":81,\"mean\":70.5,\"value\":60}\n");
}

TEST_F(HistoryTest, OldClientGetsTheFileWithoutChunks) {
  TestClient client(port_);
  client.send("GET " + kCarPath + "/export HTTP/1.0\r\n" + authorization() + "\r\n");
  EXPECT_THAT(client.readUntil("\r\n\r\n"), Not(HasSubstr("chunked")));
  EXPECT_EQ(client.readUntil("at the end"), kCsvHeader);
}

TEST_F(HistoryTest, HeadOfAnExportHasNoBody) {
  TestClient client(port_);
  client.send("HEAD " + kCarPath + "/export HTTP/1.1\r\n" + authorization() + "\r\n");
  EXPECT_THAT(client.readUntil("\r\n\r\n"), HasSubstr("text/csv"));
  client.send("GET /healthz HTTP/1.1\r\n\r\n");
  EXPECT_EQ(client.receive().status, 200);
}

TEST_F(HistoryTest, LongExportIsReadFromTheStoreOnlyAsTheClientTakesIt) {
  storeMuch();
  TestClient client(port_, 4096);
  ask(client, kCarPath + "/export");
  client.readUntil("\r\n\r\n");
  int reads = 0;
  // Time for it to go on, if it would.
  for (int i = 0; i < 100; ++i) onServer([&] { reads = backend_.reads(); });
  EXPECT_LT(reads, 2000 / 24);
  const std::string body = bodyOf(client);
  EXPECT_EQ(std::count(body.begin(), body.end(), '\n'), 2001);
}

TEST_F(HistoryTest, ClientThatDoesNotReadIsCutOff) {
  storeMuch();
  HttpLimits limits;
  limits.request = 50ms;
  limits.connections = 1;
  serve(limits);
  TestClient client(port_, 4096);
  ask(client, kCarPath + "/export");
  EXPECT_THAT(client.readUntil("\r\n\r\n"), StartsWith("HTTP/1.1 200"));
  // Its place is free again.
  while (get("/healthz").status != 200) std::this_thread::yield();
  EXPECT_THAT(client.readUntil("at the end"), Not(EndsWith("\r\n0\r\n\r\n")));
}

TEST_F(HistoryTest, ClientThatGoesAwayEndsTheExport) {
  storeMuch();
  HttpLimits limits;
  limits.connections = 1;
  serve(limits);
  {
    TestClient client(port_, 4096);
    ask(client, kCarPath + "/export");
    client.readUntil("\r\n\r\n");
  }
  while (get("/healthz").status != 200) std::this_thread::yield();
}

TEST_F(HistoryTest, StoppingTheServerCutsAnExportShort) {
  storeMuch();
  TestClient client(port_, 4096);
  ask(client, kCarPath + "/export");
  client.readUntil("\r\n\r\n");
  onServer([this] { server_->stop(); });
  EXPECT_THAT(client.readUntil("at the end"), Not(EndsWith("\r\n0\r\n\r\n")));
}

}  // namespace
}  // namespace smartkar::server
