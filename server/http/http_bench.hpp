#pragma once

#include <gtest/gtest.h>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <boost/json.hpp>
#include <functional>
#include <future>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "protocol/testing/with_mac.hpp"
#include "server/core/fleet.hpp"
#include "server/http/backend.hpp"
#include "server/http/http_server.hpp"
#include "server/http/json_text.hpp"
#include "server/http/test_client.hpp"
#include "server/store/sqlite_store.hpp"

// The API over real connections, with the real Fleet and store behind it.
namespace smartkar::server::testing {

namespace json = boost::json;

inline constexpr const char* kCar = "89860123456789012345";
inline constexpr const char* kOtherCar = "89860123456789012346";
inline constexpr const char* kToken = "0123456789abcdef0123456789abcdef";
inline const std::string kCommands = std::string("/api/v1/devices/") + kCar + "/commands";
inline const std::string kStart = R"({"action":"vehicle.startCharging","params":{"targetSoc":80},"ttl":600})";

inline constexpr const char* kOrigin = "https://fleet.example.org";
inline constexpr web::Asset kPages[] = {
    {"/", "text/html; charset=utf-8", "\"1\"", "<!doctype html>", "as gzip", "as br"}};

// The real Fleet and store behind the API; stores at once instead of through the writer.
class StoringBackend : public Backend {
 public:
  explicit StoringBackend(Broadcast& broadcast)
      : broadcast_(broadcast), store_(SqliteStore::open(":memory:").value().release()) {}

  Store& store() override {
    ++reads_;
    return *store_;
  }
  // How often the store was used.
  int reads() const { return reads_; }
  UnixTime wall() override { return wall_; }
  bool isRegistered(std::string_view ccid) override { return ccid == kCar || ccid == kOtherCar; }
  const std::vector<std::string>& registered() override { return cars_; }
  bool writable() override { return true; }
  bool brokerUp() override { return false; }
  std::string metrics() override { return "smartkar_up 1\n"; }
  void served(std::string_view endpoint, int status, Duration /*took*/) override {
    last_served_ = std::string(endpoint) + ' ' + std::to_string(status);
  }
  const std::string& lastServed() const { return last_served_; }
  void request(CommandRequested request, CommandAnswer answer) override {
    request.token = 1;
    answer_ = std::move(answer);
    feed(request);
  }
  void cancel(CancelRequested request, CancelAnswer answer) override {
    cancel_answer_ = std::move(answer);
    feed(request);
  }
  void write(std::vector<Mutation> mutations, std::function<void()> stored) override {
    ASSERT_TRUE(store_->apply(mutations).ok());
    stored();
  }

  void feed(const Event& event) {
    const Actions actions = fleet_.on(event, now_, wall_);
    ASSERT_TRUE(store_->apply(actions.mutations).ok());
    for (const Effect& effect : actions.effects) {
      if (const auto* accepted = std::get_if<CommandAccepted>(&effect)) answer_(*accepted);
      if (const auto* refused = std::get_if<CommandRefused>(&effect)) answer_(*refused);
      if (const auto* accepted = std::get_if<CancelAccepted>(&effect)) cancel_answer_(*accepted);
      if (const auto* refused = std::get_if<CancelRefused>(&effect)) cancel_answer_(*refused);
      if (const auto* changed = std::get_if<CommandChanged>(&effect)) {
        broadcast_.publish("command", changed->command.ccid, commandJson(changed->command));
      }
    }
  }
  void receive(protocol::Channel channel, const std::string& payload) {
    feed(MessageReceived{
        .ccid = kCar, .channel = channel, .payload = protocol::fromCar(payload), .retained = false, .generation = 0});
  }

 private:
  Broadcast& broadcast_;
  std::unique_ptr<SqliteStore> store_;
  Fleet fleet_;
  const std::vector<std::string> cars_{kCar, kOtherCar};
  const Instant now_{1s};
  const UnixTime wall_ = unixTime(1'767'225'600);
  CommandAnswer answer_;
  CancelAnswer cancel_answer_;
  std::string last_served_;
  int reads_ = 0;
};

class HttpServerTest : public ::testing::Test {
 protected:
  void SetUp() override { serve({}); }
  ~HttpServerTest() override {
    onServer([this] { server_->stop(); });
    busy_.reset();
    thread_.join();
  }
  // Runs the task in the server's thread and waits for it.
  void onServer(std::function<void()> task) {
    std::promise<void> done;
    boost::asio::post(io_, [&] {
      task();
      done.set_value();
    });
    done.get_future().wait();
  }
  // Serves with other limits.
  void serve(const HttpLimits& limits) {
    const auto start = [this, &limits] {
      if (server_) {
        server_->stop();
        stopped_.push_back(std::move(server_));
      }
      server_ = std::move(HttpServer::listen(io_, {.port = 0, .limits = limits}, api_, broadcast_, sink_).value());
      port_ = server_->port();
    };
    if (!thread_.joinable()) thread_ = std::thread([this] { io_.run(); });
    onServer(start);
  }

  TestResponse get(const std::string& target, const std::string& method = "GET") {
    return ask(method + " " + target + " HTTP/1.1\r\n" + authorization() + "\r\n", method == "HEAD");
  }
  TestResponse post(const std::string& body, const std::string& fields = "Content-Type: application/json\r\n",
                    const std::string& target = kCommands) {
    return ask("POST " + target + " HTTP/1.1\r\n" + authorization() + fields +
               "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body);
  }
  TestResponse ask(const std::string& request, bool head = false) {
    TestClient client(port_);
    client.send(request);
    return client.receive(head);
  }
  static std::string authorization() { return std::string("Authorization: Bearer ") + kToken + "\r\n"; }

  // Checks the form of an error and returns the field it blames.
  static std::string fieldOf(const TestResponse& response) {
    EXPECT_EQ(response.fields.at("content-type"), "application/problem+json");
    const json::object body = json::parse(response.body).as_object();
    EXPECT_EQ(body.at("status").as_int64(), response.status);
    EXPECT_EQ(body.at("type").as_string(), "about:blank");
    EXPECT_FALSE(body.at("title").as_string().empty());
    EXPECT_FALSE(body.at("detail").as_string().empty());
    return body.contains("field") ? std::string(body.at("field").as_string()) : std::string();
  }
  static json::object parsed(const TestResponse& response) { return json::parse(response.body).as_object(); }

  boost::asio::io_context io_;
  NullLogSink sink_;
  Broadcast broadcast_{100};
  StoringBackend backend_{broadcast_};
  Api api_{backend_, {.admin_token = kToken, .origins = {kOrigin}}, Site(kPages)};
  std::unique_ptr<HttpServer> server_;
  std::vector<std::unique_ptr<HttpServer>> stopped_;  // must outlive the running of the io_context
  std::uint16_t port_ = 0;
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> busy_{io_.get_executor()};
  std::thread thread_;
};

}  // namespace smartkar::server::testing
