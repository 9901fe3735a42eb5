// Measures how long a command to an awake car takes from the API and back to its final state in the API, beside the
// least that this can cost on this machine.
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <chrono>
#include <cstdio>
#include <exception>
#include <string>
#include <vector>

#include "bench/command/answering_car.hpp"
#include "bench/command/floor.hpp"
#include "bench/support/http_client.hpp"
#include "bench/support/options.hpp"
#include "bench/support/server_process.hpp"
#include "bench/support/statistics.hpp"
#include "server/mqtt/tls_context.hpp"
#include "test/support/certificates.hpp"
#include "test/support/mosquitto.hpp"

namespace smartkar::bench {
namespace {

namespace asio = boost::asio;
using Clock = std::chrono::steady_clock;

constexpr const char* kCar = "89860123456789012345";
constexpr double kTargetOverFloor_ms = 1;
constexpr double kTargetP99_ms = 20;

struct Plan {
  int rounds;
  int commands;  // a round
};
constexpr Plan kWhole{.rounds = 5, .commands = 300};
constexpr Plan kQuick{.rounds = 1, .commands = 20};

// Of one round, milliseconds.
struct Round {
  double floor_p50;
  double command_p50;
  double command_p99;
};

double milliseconds(Clock::duration duration) { return std::chrono::duration<double, std::milli>(duration).count(); }

// Broker and server with TLS, a car and a client of the API, and what is measured against.
class Bench {
 public:
  explicit Bench(asio::io_context& io)
      : broker_({.listener_lines = tlsLines(), .global_lines = "log_type none\n"}),
        server_({.mqtt = mqttSettings(), .store = {}, .cars = {kCar}}),
        address_{.host = "localhost", .port = broker_.port(), .tls = clientTls()},
        car_(io, address_, kCar),
        floor_(io, address_, (certificates_.path() / "floor.db").string()),
        api_(io),
        stream_(io) {}

  asio::awaitable<void> run(Plan plan) {
    co_await car_.untilInContact();
    co_await floor_.untilReady();
    co_await api_.open(server_.port());
    co_await stream_.open(server_.port());
    co_await stream_.send(ServerProcess::request("GET /api/v1/stream"));
    co_await stream_.readUntil("retry: 2000\n\n");
    for (int i = 0; i < plan.commands / 10; ++i) co_await command();  // warm
    for (int i = 0; i < plan.rounds; ++i) co_await measure(plan.commands);
    car_.stop();
    floor_.stop();
  }

  const std::vector<Round>& rounds() const { return rounds_; }

 private:
  std::string tlsLines() const {
    test::makeCertificates(certificates_.path());
    return test::mutualTlsLines(certificates_.path());
  }
  std::string file(const char* name) const { return (certificates_.path() / name).string(); }
  std::string mqttSettings() const {
    return "host = 'localhost'\nport = " + std::to_string(broker_.port()) + "\nca = '" + file("ca.crt") +
           "'\ncert = '" + file("localhost.crt") + "'\nkey = '" + file("localhost.key") + "'";
  }
  std::shared_ptr<asio::ssl::context> clientTls() const {
    return server::makeTlsContext({.ca = file("ca.crt"), .cert = file("car.crt"), .key = file("car.key")}).value();
  }

  // Commands and round trips take turns, so that what disturbs the machine disturbs both.
  asio::awaitable<void> measure(int commands) {
    std::vector<double> floor;
    std::vector<double> took;
    for (int i = 0; i < commands; ++i) {
      auto began = Clock::now();
      co_await floor_.roundTrip();
      floor.push_back(milliseconds(Clock::now() - began));
      began = Clock::now();
      co_await command();
      took.push_back(milliseconds(Clock::now() - began));
    }
    rounds_.push_back({.floor_p50 = median(floor), .command_p50 = median(took), .command_p99 = quantile(took, 0.99)});
  }

  // Asks for a command and waits until the live stream tells its final state.
  asio::awaitable<void> command() {
    static const std::string kRequest = ServerProcess::request(
        "POST /api/v1/devices/" + std::string(kCar) + "/commands", R"({"action":"vehicle.stopCharging"})");
    co_await api_.send(kRequest);
    const HttpAnswer answer = co_await api_.receive();
    if (answer.status != 202) throw std::runtime_error("the API refused the command: " + answer.body);
    const std::string id = answer.body.substr(0, answer.body.find(','));  // {"id":218000000
    bool ended = false;
    while (!ended) {
      const std::string event = co_await stream_.readUntil("\n\n");
      ended = event.find(id) != std::string::npos && event.find("\"final\":true") != std::string::npos;
    }
  }

  test::TemporaryDirectory certificates_;
  test::Mosquitto broker_;
  ServerProcess server_;
  server::BrokerAddress address_;
  AnsweringCar car_;
  Floor floor_;
  HttpClient api_;
  HttpClient stream_;
  std::vector<Round> rounds_;
};

void report(const std::vector<Round>& rounds, const Options& options) {
  const double over = medianOf(rounds, [](const Round& one) { return one.command_p50 - one.floor_p50; });
  const double p99 = medianOf(rounds, [](const Round& one) { return one.command_p99; });
  if (options.json) {
    const Figure figures[] = {{"p50_over_floor_ms", over, 2}, {"p99_ms", p99, 2}};
    return printJson(figures);
  }
  std::printf(
      "A command to an awake car over TLS: from the request until the live stream has its final state (server, SQLite\n"
      "FULL). The car answers at once. Floor: commit, publish, echo, commit, through the same broker on the same "
      "disk.\n"
      "\nround  floor p50  command p50  command p99 (ms)\n");
  for (std::size_t i = 0; i < rounds.size(); ++i) {
    std::printf("%5zu %10.2f %12.2f %12.2f\n", i + 1, rounds[i].floor_p50, rounds[i].command_p50,
                rounds[i].command_p99);
  }
  std::printf("\nmedians: p50 is the floor + %.2f ms (target %.0f), p99 %.2f ms (target %.0f)\n", over,
              kTargetOverFloor_ms, p99, kTargetP99_ms);
  printLoad();
}

int run(const Options& options) {
  asio::io_context io;
  Bench bench(io);
  std::exception_ptr failure;
  asio::co_spawn(io, bench.run(options.quick ? kQuick : kWhole), [&](const std::exception_ptr& thrown) {
    failure = thrown;
    io.stop();
  });
  io.run();
  if (failure) std::rethrow_exception(failure);
  report(bench.rounds(), options);
  return 0;
}

}  // namespace
}  // namespace smartkar::bench

int main(int count, char** arguments) {
  const smartkar::bench::Options options = smartkar::bench::parseOptions(count, arguments);
  try {
    return smartkar::bench::run(options);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "smartkar-bench-command: %s\n", error.what());
    return 1;
  }
}
