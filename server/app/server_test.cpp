#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>
#include <fstream>
#include <memory>
#include <string>

#include "protocol/testing/with_mac.hpp"
#include "server/http/test_client.hpp"
#include "test/support/child_process.hpp"
#include "test/support/mosquitto.hpp"
#include "test/support/temporary_directory.hpp"

// The real program with a real broker.
namespace smartkar::server {
namespace {

using std::chrono_literals::operator""s;
using testing::HasSubstr;
using testing::Not;

constexpr const char* kCar = "89860123456789012345";
constexpr const char* kToken = "0123456789abcdef0123456789abcdef";
const std::string kDevice = std::string("/api/v1/devices/") + kCar;
const std::string kTopic = std::string("smartkar/") + kCar + "/";
constexpr const char* kAwake =
    R"({"online":true,"boot":7,"conn":3,"contact":91827,"journal":"a1b2","maxId":0,"caps":["sync"],"link":"mqtt"})";

// With which packet id the broker handed a state over: "Sending PUBLISH to smartkar-server-bulk (d0, q1, r0, m3, '…".
std::string packetIdOfState(const std::string& log) {
  const std::size_t topic = log.rfind("/state'");
  const std::size_t line = log.rfind('\n', topic);
  const std::size_t id = log.find(", m", line) + 3;
  const bool handed_over = topic != std::string::npos && log.find("Sending PUBLISH to", line) < id && id < topic;
  return handed_over ? log.substr(id, log.find(',', id) - id) : std::string();
}

class ServerTest : public testing::Test {
 protected:
  ServerTest() {
    std::filesystem::create_directories(directory_.path() / "devices" / kCar);
    std::ofstream(directory_.path() / "token") << kToken << '\n';
    std::ofstream(config()) << "[mqtt]\nport = " << broker_.port() << "\n[http]\nlisten = '127.0.0.1:0'\n"
                            << "token_file = 'token'\n[store]\npath = 'smartkar.db'\n"
                            << "[devices]\ndirectory = 'devices'\n";
  }
  std::string config() const { return (directory_.path() / "server.toml").string(); }

  // Starts the server and waits until it listens. wrapper: a program that becomes the server.
  void start(std::vector<std::string> wrapper = {}) {
    wrapper.insert(wrapper.end(), {SMARTKAR_SERVER, "--config", config()});
    server_ = std::make_unique<test::ChildProcess>(wrapper);
    const auto line = server_->waitForText("listening on http://127.0.0.1:", 10s);
    ASSERT_TRUE(line.has_value());
    port_ = static_cast<std::uint16_t>(std::stoi(line->substr(line->rfind(':') + 1)));
  }
  void waitForBroker() {
    ASSERT_TRUE(server_->waitForText("smartkar-server-control: connected", 10s).has_value());
    ASSERT_TRUE(server_->waitForText("smartkar-server-bulk: connected", 10s).has_value());
  }
  TestResponse ask(const std::string& request) {
    TestClient client(port_);
    client.send(request);
    return client.receive();
  }
  TestResponse get(const std::string& target) {
    return ask("GET " + target + " HTTP/1.1\r\nAuthorization: Bearer " + kToken + "\r\n\r\n");
  }
  TestResponse post(const std::string& body, const std::string& target = kDevice + "/commands") {
    return ask("POST " + target + " HTTP/1.1\r\nAuthorization: Bearer " + kToken +
               "\r\nContent-Type: application/json\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" +
               body);
  }
  test::Finished publish(const std::string& channel, const std::string& payload) {
    return test::runProgram({"mosquitto_pub", "-h", "127.0.0.1", "-p", std::to_string(broker_.port()), "-q", "1", "-t",
                             kTopic + channel, "-m", protocol::fromCar(payload)});
  }
  // A car's session with its subscription: prints every message for the car.
  std::unique_ptr<test::ChildProcess> subscribe() {
    std::vector<std::string> arguments{
        "mosquitto_sub",   "-h", "127.0.0.1", "-p", std::to_string(broker_.port()), "-i", "car", "-c", "-q", "1", "-t",
        kTopic + "command"};
    auto car = arguments;
    arguments.emplace_back("-E");
    EXPECT_EQ(test::runProgram(arguments).exit_code, 0);
    return std::make_unique<test::ChildProcess>(car);
  }

  test::Mosquitto broker_;
  test::TemporaryDirectory directory_;
  std::unique_ptr<test::ChildProcess> server_;
  std::uint16_t port_ = 0;
};

TEST_F(ServerTest, AcceptedCommandSurvivesKillingTheServer) {
  start();
  const auto accepted = post(R"({"action":"vehicle.startCharging","params":{"targetSoc":80}})");
  ASSERT_EQ(accepted.status, 202);
  server_->kill();
  start();
  const auto found = get(accepted.fields.at("location"));
  EXPECT_EQ(found.status, 200);
  EXPECT_THAT(found.body, HasSubstr("\"targetSoc\":80"));
}

TEST_F(ServerTest, WhileTheDiskIsFullItReadsAndAcknowledgesNothingAndThenGoesOn_P7) {
  start({"sh", "-c", "trap '' XFSZ; exec \"$0\" \"$@\""});
  waitForBroker();
  const auto limitFiles = [this](const std::string& soft) {
    EXPECT_EQ(test::runProgram({"prlimit", "--pid", std::to_string(server_->pid()), "--fsize=" + soft + ":"}).exit_code,
              0);
  };
  limitFiles("0");
  ASSERT_EQ(publish("state", R"({"vehicle":{"battery":{"soc":41}},"boot":1,"seq":1})").exit_code, 0);
  ASSERT_TRUE(server_->waitForText("cannot store at the moment", 10s).has_value());
  EXPECT_EQ(post(R"({"action":"vehicle.stopCharging"})").status, 503);
  EXPECT_EQ(get(kDevice + "/commands").body, R"({"commands":[]})");
  const std::string log = broker_.log();
  const std::string mid = packetIdOfState(log);
  ASSERT_FALSE(mid.empty()) << log;
  EXPECT_THAT(log, Not(HasSubstr("Received PUBACK from smartkar-server-bulk (Mid: " + mid + ",")));
  limitFiles("unlimited");
  ASSERT_TRUE(server_->waitForText("the store can be written again", 10s).has_value());
  EXPECT_EQ(post(R"({"action":"vehicle.stopCharging"})").status, 202);
  EXPECT_THAT(get(kDevice + "/state").body, HasSubstr("\"soc\":41"));
}

TEST_F(ServerTest, BackupOfARunningServerIsAStoreToStartFrom) {
  start();
  ASSERT_EQ(post(R"({"action":"vehicle.stopCharging"})").status, 202);
  const std::string copy = (directory_.path() / "copy.db").string();
  EXPECT_EQ(test::runProgram({SMARTKAR_SERVER, "--config", config(), "--backup", copy}).exit_code, 0);
  EXPECT_EQ(test::runProgram({SMARTKAR_SERVER, "--config", config(), "--backup", copy}).exit_code, 1);
  ASSERT_EQ(post(R"({"action":"vehicle.startClimate"})").status, 202);
  const std::vector<std::string> restore{SMARTKAR_SERVER, "--config", config(), "--restore", copy};
  const auto refused = test::runProgram(restore);
  EXPECT_EQ(refused.exit_code, 1);
  EXPECT_THAT(refused.output, HasSubstr("a smartkar-server uses it"));
  server_->kill();
  EXPECT_EQ(test::runProgram(restore).exit_code, 0);
  start();
  EXPECT_THAT(get(kDevice + "/commands").body,
              AllOf(HasSubstr("vehicle.stopCharging"), Not(HasSubstr("startClimate"))));
}

TEST_F(ServerTest, SecondServerOnTheSameStoreIsRefused) {
  start();
  const auto second = test::runProgram({SMARTKAR_SERVER, "--config", config()});
  EXPECT_EQ(second.exit_code, 1);
  EXPECT_THAT(second.output, HasSubstr("smartkar.db: a smartkar-server uses it"));
}

TEST_F(ServerTest, HealthTellsWhetherTheBrokerIsThere) {
  start();
  waitForBroker();
  EXPECT_EQ(get("/healthz").body, R"({"status":"ok","broker":"up","store":"ok"})");
  broker_.kill();
  ASSERT_TRUE(server_->waitForText("bulk: connection lost", 10s).has_value());
  ASSERT_TRUE(server_->waitForText("control: connection lost", 10s).has_value());
  EXPECT_EQ(get("/healthz").body, R"({"status":"ok","broker":"down","store":"ok"})");
}

TEST_F(ServerTest, SleepingCarIsRungAndTheCommandFollowsInTheContact) {
  const auto car = subscribe();
  start();
  waitForBroker();
  ASSERT_EQ(post(R"({"action":"vehicle.stopCharging"})").status, 202);
  ASSERT_TRUE(car->waitForText("system.ring", 10s).has_value());
  ASSERT_EQ(publish("status", kAwake).exit_code, 0);
  EXPECT_TRUE(car->waitForText("system.sync", 10s).has_value());
  EXPECT_TRUE(car->waitForText("vehicle.stopCharging", 10s).has_value());
}

TEST_F(ServerTest, CarAtTheSecondBrokerIsAnsweredThere) {
  const test::Mosquitto second;
  std::ofstream(config(), std::ios::app) << "[mqtt2]\nhost = '127.0.0.1'\nport = " << second.port() << '\n';
  start();
  ASSERT_TRUE(server_->waitForText("control: connected to 127.0.0.1:" + std::to_string(second.port()), 10s));
  const auto at = [&](const char* program, const std::string& channel) {
    return std::vector<std::string>{program, "-h", "127.0.0.1",     "-p", std::to_string(second.port()), "-q",
                                    "1",     "-t", kTopic + channel};
  };
  // Its output is a pipe, which it would fill before writing.
  std::vector<std::string> subscriber{"stdbuf", "-oL"};
  for (const std::string& argument : at("mosquitto_sub", "command")) subscriber.push_back(argument);
  subscriber.emplace_back("-d");
  test::ChildProcess car(subscriber);
  ASSERT_TRUE(car.waitForText("Subscribed", 10s).has_value());
  ASSERT_EQ(post(R"({"action":"vehicle.stopCharging"})").status, 202);
  auto announce = at("mosquitto_pub", "status");
  announce.insert(announce.end(), {"-m", protocol::fromCar(kAwake)});
  ASSERT_EQ(test::runProgram(announce).exit_code, 0);
  EXPECT_TRUE(car.waitForText("vehicle.stopCharging", 10s).has_value());
}

TEST_F(ServerTest, CancelReachesTheCarThatMayHaveTheCommand) {
  const auto car = subscribe();
  start();
  waitForBroker();
  const auto accepted = post(R"({"action":"vehicle.stopCharging"})");
  ASSERT_EQ(accepted.status, 202);
  ASSERT_EQ(publish("status", kAwake).exit_code, 0);
  ASSERT_TRUE(car->waitForText("vehicle.stopCharging", 10s).has_value());
  const auto cancelled = post("", accepted.fields.at("location") + "/cancel");
  EXPECT_EQ(cancelled.status, 202);
  EXPECT_THAT(cancelled.body, HasSubstr("\"cancelRequested\":true"));
  EXPECT_TRUE(car->waitForText("system.cancel", 10s).has_value());
}

TEST_F(ServerTest, MessageStoredBeforeTheKillIsNotAskedForAgainAndOneSentWhileDownIsTaken) {
  start();
  waitForBroker();
  ASSERT_EQ(publish("state", R"({"vehicle":{"battery":{"soc":41}},"boot":1,"seq":1})").exit_code, 0);
  TestClient stream(port_);
  stream.send("GET /api/v1/stream HTTP/1.1\r\nAuthorization: Bearer " + std::string(kToken) + "\r\n\r\n");
  stream.readUntil("retry: 2000\n\n");
  ASSERT_EQ(publish("state", R"({"vehicle":{"battery":{"soc":42}},"boot":1,"seq":2})").exit_code, 0);
  ASSERT_THAT(stream.readUntil("\"soc\":42"), HasSubstr("event: state\n"));
  server_->kill();
  ASSERT_EQ(publish("event", R"({"domain":"vehicle","name":"plugged","boot":1,"seq":3})").exit_code, 0);
  start();
  ASSERT_TRUE(server_->waitForText("event vehicle.plugged", 10s).has_value());
  EXPECT_THAT(get(kDevice + "/state").body, HasSubstr("\"soc\":42"));
  EXPECT_THAT(get(kDevice + "/events").body, HasSubstr("plugged"));
}

TEST_F(ServerTest, MessagesOfUnregisteredCarsAreIgnoredAndLoggedOnce) {
  start();
  waitForBroker();
  const std::string stranger = "89860000000000000000";
  for (int i = 0; i < 2; ++i) {
    ASSERT_EQ(test::runProgram({"mosquitto_pub", "-h", "127.0.0.1", "-p", std::to_string(broker_.port()), "-q", "1",
                                "-t", "smartkar/" + stranger + "/event", "-m", "{}"})
                  .exit_code,
              0);
  }
  ASSERT_EQ(publish("event", R"({"domain":"vehicle","name":"plugged","boot":1,"seq":1})").exit_code, 0);
  ASSERT_TRUE(server_->waitForText("event vehicle.plugged", 10s).has_value());
  int lines = 0;
  for (const auto& line : server_->lines()) lines += line.find(stranger) != std::string::npos ? 1 : 0;
  EXPECT_EQ(lines, 1);
  EXPECT_EQ(get("/api/v1/devices/" + stranger).status, 404);
  std::filesystem::create_directories(directory_.path() / "devices" / stranger);
  EXPECT_EQ(get("/api/v1/devices/" + stranger).status, 200);
}

TEST_F(ServerTest, TerminationIsOrderlyAndQuick) {
  start();
  waitForBroker();
  server_->signal(SIGTERM);
  EXPECT_EQ(server_->waitForExit(5s), 0);
  EXPECT_TRUE(server_->waitForText("stopped", 1s).has_value());
  EXPECT_THAT(broker_.log(), HasSubstr("Received DISCONNECT from smartkar-server-control"));
}

TEST_F(ServerTest, WrongUsageAndConfigurationEndWithTwo) {
  EXPECT_EQ(test::runProgram({SMARTKAR_SERVER}).exit_code, 2);
  EXPECT_EQ(test::runProgram({SMARTKAR_SERVER, "--config", "/nowhere.toml"}).exit_code, 2);
  EXPECT_EQ(test::runProgram({SMARTKAR_SERVER, "--confg", config()}).exit_code, 2);
  const auto help = test::runProgram({SMARTKAR_SERVER, "--help"});
  EXPECT_EQ(help.exit_code, 0);
  EXPECT_THAT(help.output, HasSubstr("smartkar-server --config"));
  EXPECT_THAT(test::runProgram({SMARTKAR_SERVER, "--version"}).output, HasSubstr("smartkar-server 0."));
}

TEST_F(ServerTest, CheckConfigSaysWhatIsWrongWithoutStarting) {
  EXPECT_EQ(test::runProgram({SMARTKAR_SERVER, "--config", config(), "--check-config"}).exit_code, 0);
  EXPECT_FALSE(std::filesystem::exists(directory_.path() / "smartkar.db"));
  std::ofstream(config(), std::ios::app) << "[log]\nlevle = 'info'\n";
  const auto wrong = test::runProgram({SMARTKAR_SERVER, "--config", config(), "--check-config"});
  EXPECT_EQ(wrong.exit_code, 2);
  EXPECT_THAT(wrong.output, HasSubstr("did you mean log.level?"));
}

TEST_F(ServerTest, HangupReadsLogTextMessagesAndTokenAgainAndSaysWhatTakesARestart) {
  start();
  std::ofstream(config(), std::ios::app) << "[log]\nlevel = 'loud'\n";
  server_->signal(SIGHUP);
  EXPECT_TRUE(server_->waitForText("log.level must be debug, info, warning or error", 10s).has_value());
  EXPECT_TRUE(server_->waitForText("the one before stays in force", 10s).has_value());
  std::ifstream before(config());
  std::string text{std::istreambuf_iterator<char>(before), {}};
  text.replace(text.find("loud"), 4, "debug");
  std::ofstream(config()) << text;
  std::ofstream(directory_.path() / "token") << std::string(32, 'n') << '\n';
  server_->signal(SIGHUP);
  EXPECT_TRUE(server_->waitForText("[log], [sms] and the token file are in force", 10s).has_value());
  EXPECT_FALSE(server_->waitForText("take a restart", 0s).has_value());
  EXPECT_EQ(get("/api/v1/me").status, 401);
  text.replace(text.find("127.0.0.1:0"), 11, "127.0.0.1:1");
  std::ofstream(config()) << text;
  server_->signal(SIGHUP);
  EXPECT_TRUE(server_->waitForText("take a restart", 10s).has_value());
}

TEST_F(ServerTest, StartThatCannotSucceedSaysWhy) {
  start();
  const std::string other = (directory_.path() / "other.toml").string();
  std::ofstream(other) << "[http]\nlisten = '127.0.0.1:" << port_
                       << "'\ntoken_file = 'token'\n[store]\npath = 'other.db'\n[devices]\ndirectory = 'devices'\n";
  const auto second = test::runProgram({SMARTKAR_SERVER, "--config", other});
  EXPECT_EQ(second.exit_code, 1);
  EXPECT_THAT(second.output, HasSubstr("cannot listen on 127.0.0.1 port"));
  std::ofstream(other) << "[http]\nlisten = '127.0.0.1:0'\ntoken_file = 'token'\n[store]\npath = 'no/folder.db'\n"
                       << "[devices]\ndirectory = 'devices'\n";
  EXPECT_EQ(test::runProgram({SMARTKAR_SERVER, "--config", other}).exit_code, 1);
}

}  // namespace
}  // namespace smartkar::server
