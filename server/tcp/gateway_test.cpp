// Old firmware at the gateway, over real sockets. TLS is tested with real certificates in test/e2e.
#include "server/tcp/gateway.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/asio/connect.hpp>
#include <boost/asio/write.hpp>
#include <utility>
#include <vector>

namespace smartkar::server {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using testing::ElementsAre;
using testing::HasSubstr;

constexpr const char* kCar = "8944500000000000001";
constexpr const char* kOtherCar = "8944500000000000002";
constexpr const char* kAccepted = "{\"type\":\"auth\",\"data\":{\"ok\":true}}\n";

std::string auth(const std::string& ccid) { return R"({"type":"auth","data":{"ccid":")" + ccid + "\"}}\r\n"; }

// A client that keeps what it was sent.
class Client {
 public:
  Client(asio::io_context& io, std::uint16_t port) : socket_(io) {
    socket_.connect({asio::ip::address_v4::loopback(), port});
    read();
  }
  void send(const std::string& text) { asio::write(socket_, asio::buffer(text)); }
  void close() { socket_.close(); }
  const std::string& received() const { return received_; }
  bool ended() const { return ended_; }

 private:
  void read() {
    socket_.async_read_some(asio::buffer(buffer_), [this](const auto& error, std::size_t count) {
      received_.append(buffer_.data(), count);
      ended_ = static_cast<bool>(error);
      if (!error) read();
    });
  }

  tcp::socket socket_;
  std::array<char, 1024> buffer_{};
  std::string received_;
  bool ended_ = false;
};

class GatewayTest : public testing::Test, private GatewayListener {
 protected:
  void open(GatewayLimits limits = {}) {
    auto opened =
        Gateway::listen(io_, {.tls = {}, .files = {}, .legacy = Gateway::Endpoint{}, .limits = limits}, *this, sink_);
    ASSERT_TRUE(opened.ok()) << opened.error();
    gateway_ = std::move(*opened);
  }
  ~GatewayTest() override {
    gateway_->stop();
    for (const auto& client : clients_) client->close();
    io_.restart();
    io_.run_for(std::chrono::seconds(3));
  }
  Client& connect() { return *clients_.emplace_back(std::make_unique<Client>(io_, gateway_->legacyPort())); }
  Client& connectAs(const std::string& ccid) {
    Client& client = connect();
    client.send(auth(ccid));
    EXPECT_TRUE(runUntil([&] { return !client.received().empty(); }));
    return client;
  }
  // False: not within ten seconds.
  bool runUntil(const std::function<bool()>& condition) {
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(10);
    io_.restart();
    while (!condition()) {
      if (io_.run_one_until(deadline) == 0) return false;
    }
    return true;
  }
  bool told(std::size_t count) {
    return runUntil([&] { return told_.size() >= count; });
  }

  std::vector<std::string> told_;  // "up 89…", "asleep …", "down …", "state …", …
  std::vector<std::function<void()>> unstored_;
  bool stores_at_once_ = true;
  std::map<std::string, std::string> refused_;
  std::unique_ptr<Gateway> gateway_;

 private:
  void onGateway(const Event& event) override {
    if (const auto* up = std::get_if<LegacyUp>(&event)) told_.push_back("up " + up->ccid);
    if (const auto* asleep = std::get_if<LegacyAsleep>(&event)) told_.push_back("asleep, " + asleep->reason);
    if (const auto* down = std::get_if<LegacyDown>(&event)) told_.push_back("down " + down->ccid);
  }
  void onGatewayMessage(MessageReceived message, std::function<void()> stored) override {
    told_.push_back(std::string(protocol::channelName(message.channel)) + " " + message.payload);
    if (stores_at_once_) return stored();
    unstored_.push_back(std::move(stored));
  }
  void onIdle() override {}
  std::optional<std::string> refusal(std::string_view) override { return "no"; }
  std::optional<std::string> legacyRefusal(std::string_view ccid) override {
    const auto found = refused_.find(std::string(ccid));
    return found != refused_.end() ? std::optional(found->second) : std::nullopt;
  }

  asio::io_context io_;
  NullLogSink sink_;
  std::vector<std::unique_ptr<Client>> clients_;
};

TEST_F(GatewayTest, CarIsLetInByItsCcidAndItsMessagesFollow) {
  open();
  Client& car = connectAs(kCar);
  EXPECT_EQ(car.received(), kAccepted);
  car.send("{\"type\":\"state\",\"data\":{\"device\":{\"batteryVoltage\":4000}}}\r\n");
  ASSERT_TRUE(told(2));
  EXPECT_THAT(told_, ElementsAre("up 8944500000000000001", R"(state {"device":{"batteryVoltage":4}})"));
}

TEST_F(GatewayTest, RefusedCarIsToldWhyAndDisconnected) {
  open();
  refused_[kCar] = "not allowed";
  Client& car = connectAs(kCar);
  EXPECT_THAT(car.received(), HasSubstr(R"("ok":false,"reason":"not allowed")"));
  EXPECT_TRUE(runUntil([&] { return car.ended(); }));
  EXPECT_TRUE(told_.empty());
}

TEST_F(GatewayTest, WhoDoesNotSayWhoItIsIsDisconnected) {
  open({.introduction = 50ms});
  Client& stranger = connect();
  stranger.send("{\"type\":\"state\",\"data\":{}}\n");
  EXPECT_TRUE(runUntil([&] { return stranger.ended(); }));
  EXPECT_TRUE(told_.empty());
}

TEST_F(GatewayTest, NewestSessionWins) {
  open();
  Client& first = connectAs(kCar);
  Client& second = connectAs(kCar);
  EXPECT_TRUE(runUntil([&] { return first.ended(); }));
  EXPECT_THAT(told_, ElementsAre(HasSubstr("up"), HasSubstr("down"), HasSubstr("up")));
  EXPECT_TRUE(gateway_->send(SendLegacy{kCar, 7, "vehicle.stopCharging", R"({"id":7})"}));
  EXPECT_TRUE(runUntil([&] { return second.received().size() > std::string(kAccepted).size(); }));
  EXPECT_THAT(second.received(), HasSubstr("{\"type\":\"command\",\"data\":{\"id\":7}}\n"));
}

TEST_F(GatewayTest, SilentCarIsOfflineUnlessItSaidThatItSleeps) {
  open({.legacy_silence = 100ms});
  Client& sleeper = connectAs(kCar);
  sleeper.send("{\"type\":\"bye\",\"data\":{\"reason\":\"sleep\"}}\n");
  ASSERT_TRUE(told(2));
  Client& silent = connectAs(kOtherCar);
  EXPECT_TRUE(runUntil([&] { return silent.ended(); }));
  EXPECT_THAT(told_, ElementsAre("up 8944500000000000001", "asleep, sleep", "up 8944500000000000002",
                                 "down 8944500000000000002"));
  EXPECT_FALSE(sleeper.ended());
}

TEST_F(GatewayTest, CarThatSleptGoesOnWithoutAuth) {
  open();
  Client& car = connectAs(kCar);
  car.send("{\"type\":\"bye\",\"data\":{}}\n");
  car.send("{\"type\":\"response\",\"data\":{\"id\":7,\"ok\":true}}\n");
  ASSERT_TRUE(told(4));
  EXPECT_THAT(told_, ElementsAre(HasSubstr("up"), "asleep, ", HasSubstr("up"), R"(response {"id":7,"ok":true})"));
}

TEST_F(GatewayTest, MalformedInputIsIgnoredAndHarmsNobody) {
  open();
  Client& car = connectAs(kCar);
  Client& other = connectAs(kOtherCar);
  car.send("garbage\n\n\r\n{\"type\":\"state\",\"data\":{\n" + std::string(20000, 'x') +
           "\n{\"type\":\"no\",\"data\":{}}\n");
  car.send("{\"type\":\"event\",\"data\":{\"domain\":\"vehicle\",\"name\":\"locked\"}}\n");
  ASSERT_TRUE(told(3));
  EXPECT_THAT(told_.back(), HasSubstr("locked"));
  EXPECT_FALSE(other.ended());
}

TEST_F(GatewayTest, LineMayArriveInPieces) {
  open();
  Client& car = connectAs(kCar);
  const std::string line = "{\"type\":\"event\",\"data\":{\"domain\":\"vehicle\",\"name\":\"locked\"}}\r\n";
  for (const char byte : line) car.send(std::string(1, byte));
  ASSERT_TRUE(told(2));
  EXPECT_THAT(told_.back(), HasSubstr("locked"));
}

TEST_F(GatewayTest, CarIsReadNoFasterThanItsMessagesAreStored) {
  open();
  stores_at_once_ = false;
  Client& car = connectAs(kCar);
  const std::string line = "{\"type\":\"event\",\"data\":{\"domain\":\"vehicle\",\"name\":\"locked\"}}\n";
  std::string many;
  for (int i = 0; i < 200; ++i) many += line;
  car.send(many);
  ASSERT_TRUE(told(2));
  Client& other = connectAs(kOtherCar);
  EXPECT_EQ(other.received(), kAccepted) << "one waits for its own messages only";
  EXPECT_LE(unstored_.size(), 2048 / line.size() + 1);
  const auto all = [&] {
    for (const auto& stored : std::exchange(unstored_, {})) stored();
    return told_.size() >= 202;
  };
  EXPECT_TRUE(runUntil(all));
}

TEST_F(GatewayTest, QueuedCommandOfV21EndsWithItsEvent) {
  open();
  Client& car = connectAs(kCar);
  ASSERT_TRUE(gateway_->send(SendLegacy{kCar, 7, "vehicle.startCharging", R"({"id":7})"}));
  car.send("{\"type\":\"response\",\"data\":{\"id\":7,\"ok\":true,\"status\":\"queued\"}}\n");
  car.send(
      "{\"type\":\"event\",\"data\":{\"domain\":\"vehicle\",\"name\":\"commandCompleted\","
      "\"command\":\"vehicle.startCharging\"}}\n");
  ASSERT_TRUE(told(4));
  EXPECT_EQ(told_.back(), R"(response {"id":7,"ok":true,"status":"completed"})");
}

TEST_F(GatewayTest, SessionOfACarThatIsNotAllowedAnyMoreEnds) {
  open();
  Client& car = connectAs(kCar);
  refused_[kCar] = "not allowed any more";
  EXPECT_FALSE(gateway_->send(SendLegacy{kCar, 7, "vehicle.stopCharging", R"({"id":7})"}));
  EXPECT_TRUE(runUntil([&] { return car.ended(); }));
  EXPECT_THAT(told_.back(), HasSubstr("down"));
}

TEST_F(GatewayTest, EndOfTheConnectionIsTold) {
  open();
  connectAs(kCar).close();
  EXPECT_TRUE(told(2));
  EXPECT_EQ(told_.back(), "down 8944500000000000001");
  EXPECT_FALSE(gateway_->send(SendLegacy{kCar, 7, "vehicle.stopCharging", R"({"id":7})"}));
}

TEST_F(GatewayTest, MoreConnectionsThanTheLimitAreRefused) {
  open({.connections = 1});
  Client& first = connectAs(kCar);
  Client& second = connect();
  EXPECT_TRUE(runUntil([&] { return second.ended(); }));
  EXPECT_FALSE(first.ended());
}

}  // namespace
}  // namespace smartkar::server
