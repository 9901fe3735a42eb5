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
using testing::kOtherCar;
using testing::kStart;
using testing::kToken;

TEST_F(HttpServerTest, CommandIsAcceptedWithItsAddressAndFoundThere) {
  const auto response = post(kStart);
  ASSERT_EQ(response.status, 202);
  const auto command = parsed(response);
  EXPECT_EQ(command.at("action").as_string(), "vehicle.startCharging");
  EXPECT_EQ(command.at("params").at("targetSoc").as_int64(), 80);
  EXPECT_EQ(command.at("state").as_string(), "queued");
  EXPECT_EQ(command.at("expiresAt").as_int64() - command.at("createdAt").as_int64(), 600);
  EXPECT_FALSE(command.at("final").as_bool());
  EXPECT_FALSE(command.at("unconfirmed").as_bool());
  EXPECT_EQ(command.at("history").as_array().size(), 1u);

  const auto location = response.fields.at("location");
  EXPECT_EQ(location, kCommands + "/" + std::to_string(command.at("id").as_int64()));
  const auto found = get(location);
  EXPECT_EQ(found.status, 200);
  EXPECT_EQ(found.body, response.body);
}

TEST_F(HttpServerTest, CommandsAreListedNewestFirstAndPaged) {
  const auto first = parsed(post(kStart)).at("id").as_int64();
  const auto second = parsed(post(kStart)).at("id").as_int64();
  const auto all = parsed(get(kCommands)).at("commands").as_array();
  ASSERT_EQ(all.size(), 2u);
  EXPECT_EQ(all[0].at("id").as_int64(), second);
  EXPECT_EQ(parsed(get(kCommands + "?limit=1")).at("commands").as_array().size(), 1u);
  const auto older = parsed(get(kCommands + "?limit=5&before=" + std::to_string(second))).at("commands").as_array();
  ASSERT_EQ(older.size(), 1u);
  EXPECT_EQ(older[0].at("id").as_int64(), first);
  EXPECT_EQ(fieldOf(get(kCommands + "?limit=0")), "limit");
  EXPECT_EQ(get(kCommands + "?before=x").status, 422);
}

TEST_F(HttpServerTest, RepeatedIdempotencyKeyReturnsTheSameCommandAndRefusesAnother) {
  const std::string fields = "Content-Type: application/json; charset=utf-8\r\nIdempotency-Key: k1\r\n";
  const auto first = post(kStart, fields);
  const auto again = post(kStart, fields);
  EXPECT_EQ(again.status, 202);
  EXPECT_EQ(first.body, again.body);
  const auto other = post(R"({"action":"vehicle.stopCharging"})", fields);
  EXPECT_EQ(other.status, 422);
  EXPECT_EQ(fieldOf(other), "Idempotency-Key");
}

struct BadBody {
  std::string body;
  int status;
  std::string field;
};

TEST_F(HttpServerTest, WrongBodyIsRefusedAndTheFieldNamed) {
  const std::vector<BadBody> cases{
      {"", 400, ""},
      {"{\"action\":", 400, ""},
      {"[1]", 400, ""},
      {R"({"action":"a","action":"b"})", 400, ""},
      {R"({})", 422, "action"},
      {R"({"action":7})", 422, "action"},
      {R"({"action":"vehicle.fly"})", 422, "action"},
      {R"({"action":"system.sync"})", 422, "action"},
      {R"({"action":"vehicle.startCharging","params":[]})", 422, "params"},
      {R"({"action":"vehicle.startCharging","params":{"targetSoc":101}})", 422, "targetSoc"},
      {R"({"action":"vehicle.startCharging","params":{"targetSoc":"80"}})", 422, "targetSoc"},
      {R"({"action":"vehicle.startCharging","params":{"targetSoC":80}})", 422, "targetSoC"},
      {R"({"action":"vehicle.startCharging","ttl":1.5})", 422, "ttl"},
      {R"({"action":"vehicle.startCharging","ttl":1})", 422, "ttl"},
      {R"({"action":"vehicle.startCharging","tll":60})", 422, "tll"},
  };
  for (const auto& bad : cases) {
    const auto response = post(bad.body);
    EXPECT_EQ(response.status, bad.status) << bad.body;
    EXPECT_EQ(fieldOf(response), bad.field) << bad.body;
  }
  EXPECT_TRUE(parsed(get(kCommands)).at("commands").as_array().empty());
}

TEST_F(HttpServerTest, OnlyTheRightTokenOpensTheApi) {
  const std::string target = "GET /api/v1/devices HTTP/1.1\r\n";
  const std::string wrong_end = std::string(kToken).substr(0, 31) + "0";
  for (const std::string& fields :
       {std::string(), std::string("Authorization: Bearer \r\n"), std::string("Authorization: Basic x\r\n"),
        "Authorization: Bearer " + wrong_end + "\r\n", "Authorization: Bearer " + std::string(kToken) + "0\r\n"}) {
    const auto response = ask(target + fields + "\r\n");
    EXPECT_EQ(response.status, 401) << fields;
    EXPECT_EQ(response.fields.at("www-authenticate"), "Bearer");
    fieldOf(response);
  }
  EXPECT_EQ(ask(target + "authorization: bearer " + kToken + "\r\n\r\n").status, 200);
  EXPECT_EQ(ask("GET /nowhere HTTP/1.1\r\n\r\n").status, 401);
}

TEST_F(HttpServerTest, UnknownThingsAreNotFound) {
  for (const std::string& target : {std::string("/x"), std::string("/api/v1/device"), std::string("/api/v1/devices/"),
                                    kCommands + "/1", kCommands + "/x", kCommands + "/99999999999999999999",
                                    kCommands + "/1/2", std::string("/api/v1/devices/89860000000000000000/state"),
                                    std::string("/api/v1/devices/..%2F/state"), std::string("/api/v1/stream?ccid=1")}) {
    const auto response = get(target);
    EXPECT_EQ(response.status, 404) << target;
    fieldOf(response);
  }
  EXPECT_EQ(post(kStart, "Content-Type: application/json\r\n", "/api/v1/devices/1/commands").status, 404);
}

TEST_F(HttpServerTest, WrongMethodIsToldTheRightOnes) {
  const auto response = get(kCommands, "DELETE");
  EXPECT_EQ(response.status, 405);
  EXPECT_EQ(response.fields.at("allow"), "GET, HEAD, POST");
  EXPECT_EQ(get("/healthz", "PUT").fields.at("allow"), "GET, HEAD");
}

TEST_F(HttpServerTest, HeadAnswersAsGetWithoutTheBody) {
  const auto full = get("/api/v1/devices");
  const auto head = get("/api/v1/devices", "HEAD");
  EXPECT_EQ(head.status, 200);
  EXPECT_EQ(head.fields.at("content-length"), full.fields.at("content-length"));
  EXPECT_GT(std::stoi(head.fields.at("content-length")), 0);
}

TEST_F(HttpServerTest, OnlyJsonIsTaken) {
  EXPECT_EQ(post(kStart, "").status, 415);
  EXPECT_EQ(post(kStart, "Content-Type: text/plain\r\n").status, 415);
}

TEST_F(HttpServerTest, TooLargeRequestsAreRefusedBeforeTheyAreRead) {
  const auto body = ask("POST " + kCommands + " HTTP/1.1\r\n" + authorization() + "Content-Length: 65537\r\n\r\n");
  EXPECT_EQ(body.status, 413);
  fieldOf(body);
  const auto header = ask("GET / HTTP/1.1\r\nX: " + std::string(9000, 'x') + "\r\n\r\n");
  EXPECT_EQ(header.status, 431);
  const auto garbage = ask("hello\r\n\r\n");
  EXPECT_EQ(garbage.status, 400);
}

TEST_F(HttpServerTest, SlowRequestIsCutOff) {
  HttpLimits limits;
  limits.idle = 50ms;
  serve(limits);
  TestClient client(port_);
  client.send("GET /heal");
  EXPECT_TRUE(client.readToEnd());
}

TEST_F(HttpServerTest, ConnectionsBeyondTheLimitAreClosed) {
  HttpLimits limits;
  limits.connections = 1;
  serve(limits);
  TestClient first(port_);
  first.send("GET /healthz HTTP/1.1\r\n\r\n");
  EXPECT_EQ(first.receive().status, 200);
  EXPECT_EQ(ask("GET /healthz HTTP/1.1\r\n\r\n").status, 0);
}

TEST_F(HttpServerTest, OneConnectionServesManyRequests) {
  TestClient client(port_);
  client.send("GET /healthz HTTP/1.1\r\n\r\nGET /api/v1/devices HTTP/1.1\r\n" + authorization() + "\r\n");
  EXPECT_EQ(client.receive().body, R"({"status":"ok","broker":"down","store":"ok"})");
  EXPECT_EQ(client.receive().status, 200);
  client.send("GET /healthz HTTP/1.1\r\nConnection: close\r\n\r\n");
  EXPECT_EQ(client.receive().status, 200);
  EXPECT_TRUE(client.readToEnd());
}

TEST_F(HttpServerTest, ClientThatAsksFirstIsToldToContinue) {
  TestClient client(port_);
  client.send("POST " + kCommands + " HTTP/1.1\r\n" + authorization() + "Content-Type: application/json\r\n" +
              "Expect: 100-continue\r\nContent-Length: " + std::to_string(kStart.size()) + "\r\n\r\n");
  EXPECT_EQ(client.readUntil("\r\n\r\n"), "HTTP/1.1 100 Continue\r\n\r\n");
  client.send(kStart);
  EXPECT_EQ(client.receive().status, 202);
}

TEST_F(HttpServerTest, RegisteredCarsAreListedAlsoThoseNeverSeen) {
  onServer([this] {
    backend_.receive(protocol::Channel::Status, R"({"online":true,"boot":7,"conn":3,"contact":91827,"journal":"a1b2",)"
                                                R"("maxId":11,"wakeCause":"modem_ri","fw":"3.0","link":"mqtt"})");
  });
  const auto devices = parsed(get("/api/v1/devices")).at("devices").as_array();
  ASSERT_EQ(devices.size(), 2u);
  EXPECT_EQ(devices[0].at("ccid").as_string(), kCar);
  EXPECT_EQ(devices[0].at("boot").as_int64(), 7);
  EXPECT_EQ(devices[1].at("presence").as_string(), "never_seen");
  EXPECT_EQ(parsed(get(std::string("/api/v1/devices/") + kCar)), devices[0].as_object());
  EXPECT_EQ(parsed(get(std::string("/api/v1/devices/") + kOtherCar)), devices[1].as_object());
}

TEST_F(HttpServerTest, StateAndEventsAreWhatTheCarSent) {
  const std::string car = std::string("/api/v1/devices/") + kCar;
  EXPECT_EQ(get(car + "/state").body, std::string("{\"ccid\":\"") + kCar + "\",\"fieldsUpdatedAt\":{},\"state\":{}}");
  onServer([this] {
    backend_.receive(protocol::Channel::State, R"({"vehicle":{"battery":{"soc":80}},"boot":1,"seq":1})");
    backend_.receive(protocol::Channel::Event, R"({"domain":"vehicle","name":"chargingStarted","boot":1,"seq":2})");
  });
  const auto state = parsed(get(car + "/state"));
  EXPECT_THAT(json::serialize(state.at("state")), HasSubstr("\"soc\":80"));
  EXPECT_GT(state.at("updatedAt").as_int64(), 0);
  EXPECT_EQ(state.at("fieldsUpdatedAt").at("vehicle.battery.soc"), state.at("updatedAt"));
  const auto events = parsed(get(car + "/events?limit=5")).at("events").as_array();
  ASSERT_EQ(events.size(), 1u);
  EXPECT_EQ(events[0].at("name").as_string(), "chargingStarted");
  EXPECT_EQ(events[0].at("boot").as_int64(), 1);
}

TEST_F(HttpServerTest, PresenceHistoryIsPagedAndSaysWhatWasKnown) {
  const std::string presence = std::string("/api/v1/devices/") + kCar + "/presence";
  EXPECT_EQ(get(presence).body, R"({"presence":[]})");
  onServer([this] {
    backend_.feed(BrokerUp{});
    backend_.receive(protocol::Channel::Status, R"({"online":true,"boot":7,"conn":3,"contact":91827})");
    backend_.receive(protocol::Channel::Status, R"({"online":false,"boot":7,"conn":3})");
  });
  const auto page = parsed(get(presence + "?limit=1"));
  ASSERT_EQ(page.at("presence").as_array().size(), 1u);
  EXPECT_EQ(page.at("presence").at(0).at("presence").as_string(), "lost");
  EXPECT_EQ(page.at("presence").at(0).at("reachable").as_string(), "unproven");
  const auto older = parsed(get(std::string(page.at("next").as_string()))).at("presence").as_array();
  ASSERT_EQ(older.size(), 1u);
  EXPECT_EQ(older[0].at("presence").as_string(), "awake");
  EXPECT_EQ(older[0].at("provedAt"), older[0].at("at"));
}

TEST_F(HttpServerTest, DeviceTellsHowManyMessagesAreMissing) {
  onServer([this] {
    backend_.receive(protocol::Channel::State, R"({"vehicle":{"battery":{"soc":80}},"boot":1,"seq":1})");
    backend_.receive(protocol::Channel::State, R"({"vehicle":{"battery":{"soc":81}},"boot":1,"seq":4})");
    backend_.receive(protocol::Channel::State, R"({"vehicle":{"battery":{"soc":81}},"boot":1,"seq":4})");
  });
  const auto device = parsed(get(std::string("/api/v1/devices/") + kCar));
  EXPECT_EQ(json::serialize(device.at("telemetry")), R"({"missing":2,"repeated":1})");
}

class HttpStreamTest : public HttpServerTest {
 protected:
  // Sends the request and waits until the stream is open.
  void open(TestClient& client, const std::string& query = "", const std::string& fields = "") {
    client.send("GET /api/v1/stream" + query + " HTTP/1.1\r\n" + authorization() + fields + "\r\n");
    EXPECT_THAT(client.readUntil("\r\n\r\n"), HasSubstr("Content-Type: text/event-stream\r\n"));
    client.readUntil("retry: 2000\n\n");
  }
};

TEST_F(HttpStreamTest, CommandsAreSeenLiveWithRisingIds) {
  TestClient client(port_);
  open(client);
  const auto command = post(kStart);
  EXPECT_EQ(client.readUntil("\n\n"), "id: 100\nevent: command\ndata: " + command.body + "\n\n");
  post(kStart);
  EXPECT_THAT(client.readUntil("\n\n"), HasSubstr("id: 101\n"));
}

TEST_F(HttpStreamTest, StreamOfOneCarHasNothingOfOthers) {
  TestClient client(port_);
  open(client, std::string("?ccid=") + kOtherCar);
  post(kStart);
  post(kStart, "Content-Type: application/json\r\n", std::string("/api/v1/devices/") + kOtherCar + "/commands");
  EXPECT_THAT(client.readUntil("\n\n"), HasSubstr(kOtherCar));
}

TEST_F(HttpStreamTest, ViewerThatComesBackGetsWhatItMissed) {
  for (int i = 0; i < 3; ++i) onServer([&] { broadcast_.publish("state", kCar, std::to_string(i)); });
  onServer([this] { broadcast_.publish("state", kOtherCar, "other"); });
  TestClient client(port_);
  open(client, std::string("?ccid=") + kCar, "Last-Event-ID: 100\r\n");
  EXPECT_EQ(client.readUntil("\n\n"), "id: 101\nevent: state\ndata: 1\n\n");
  EXPECT_EQ(client.readUntil("\n\n"), "id: 102\nevent: state\ndata: 2\n\n");
  onServer([this] { broadcast_.publish("state", kCar, "new"); });
  EXPECT_EQ(client.readUntil("\n\n"), "id: 104\nevent: state\ndata: new\n\n");
}

TEST_F(HttpStreamTest, ViewerThatMissedWhatIsNotKeptIsTold) {
  const std::string text(1000, 'x');
  for (std::size_t i = 0; i < Broadcast::kKeptBytesMax / text.size() + 1; ++i) {
    onServer([&] { broadcast_.publish("state", kCar, text); });
  }
  // Not kept any more; of an earlier run of the server; not given out yet; no id.
  for (const char* last : {"100", "7", "999999999", "x"}) {
    TestClient client(port_);
    open(client, "", std::string("Last-Event-ID: ") + last + "\r\n");
    EXPECT_EQ(client.readUntil("\n\n"), "event: reset\ndata: {}\n\n") << last;
  }
}

TEST_F(HttpStreamTest, SilentStreamIsKeptAliveByComments) {
  HttpLimits limits;
  limits.stream_ping = 20ms;
  serve(limits);
  TestClient client(port_);
  open(client);
  EXPECT_EQ(client.readUntil("\n\n"), ": still here\n\n");
}

TEST_F(HttpStreamTest, ViewerThatDoesNotKeepUpIsCutOffAndOthersAreNot) {
  TestClient slow(port_, 4096);
  TestClient quick(port_);
  open(slow);
  open(quick);
  const std::string text(10'000, 'x');
  std::size_t viewers = 2;
  // 2000 are more than the kernel's buffers and the queue hold together.
  for (int i = 0; i < 2000 && viewers == 2; ++i) {
    onServer([&] {
      broadcast_.publish("state", kCar, text);
      viewers = broadcast_.viewers();
    });
    ASSERT_THAT(quick.readUntil("\n\n"), HasSubstr(text));
  }
  EXPECT_EQ(viewers, 1u);
  EXPECT_TRUE(slow.readToEnd());
}

TEST_F(HttpStreamTest, TooManyViewersAreRefused) {
  HttpLimits limits;
  limits.viewers = 1;
  serve(limits);
  TestClient first(port_);
  open(first);
  EXPECT_EQ(get("/api/v1/stream").status, 503);
}

TEST_F(HttpStreamTest, StoppingTheServerEndsTheStream) {
  TestClient client(port_);
  open(client);
  onServer([this] { server_->stop(); });
  EXPECT_TRUE(client.readToEnd());
}

}  // namespace
}  // namespace smartkar::server
