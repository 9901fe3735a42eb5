// Measures how fast the API tells the latest state of cars, beside the least an HTTP server on Beast can do, and how
// well it does while telemetry comes in.
#include <cstdio>
#include <exception>
#include <future>
#include <stdexcept>
#include <string>
#include <vector>

#include "bench/http/load.hpp"
#include "bench/ingest/consumers.hpp"
#include "bench/support/options.hpp"
#include "bench/support/statistics.hpp"
#include "test/support/child_process.hpp"

namespace smartkar::bench {
namespace {

constexpr std::size_t kCars = 10'000;       // registered
constexpr std::size_t kTalking = 1'000;     // that send telemetry
constexpr std::size_t kSlowIngest = 1'000;  // messages a second
constexpr std::size_t kFastIngest = 5'000;

struct Plan {
  std::size_t rounds;
  std::chrono::milliseconds time;  // of each measurement
};
constexpr Plan kWhole{.rounds = 5, .time = std::chrono::seconds(2)};
constexpr Plan kQuick{.rounds = 1, .time = std::chrono::milliseconds(200)};

struct Round {
  double state;  // answers a second
  double fixed;
  double p99_slow;  // ms, while telemetry comes in
  double p99_fast;
  double list_p99;
};

class Bench {
 public:
  explicit Bench(const Plan& plan)
      : plan_(plan), cars_(carIds(kCars)), telemetry_(std::span(cars_).first(kTalking)), server_(cars_, {}) {
    server_.take(telemetry_.next(kTalking * 4), {});  // every domain of every car
    for (std::size_t i = 0; i < kTalking; ++i) {
      states_.push_back(ServerProcess::request("GET /api/v1/devices/" + cars_[i] + "/state"));
    }
    const Load once = load(server_.httpPort(), states_, {.clients = 1, .time = std::chrono::milliseconds(10)});
    fixed_ = std::make_unique<test::ChildProcess>(
        std::vector<std::string>{SMARTKAR_FIXED_JSON, std::to_string(once.body_bytes)});
    const auto line = fixed_->waitForText("listening ", std::chrono::seconds(10));
    if (!line) throw std::runtime_error("the fixed server did not start");
    fixed_port_ = static_cast<std::uint16_t>(std::stoi(line->substr(line->rfind(' ') + 1)));
  }

  Round round() {
    const std::vector<std::string> list{ServerProcess::request("GET /api/v1/devices")};
    Round round{};
    round.state = load(server_.httpPort(), states_, {.time = plan_.time}).per_second;
    round.fixed = load(fixed_port_, states_, {.time = plan_.time}).per_second;
    round.p99_slow = p99WhileIngesting(kSlowIngest);
    round.p99_fast = p99WhileIngesting(kFastIngest);
    round.list_p99 = quantile(load(server_.httpPort(), list, {.clients = 1, .time = plan_.time}).ms, 0.99);
    return round;
  }

  // The most memory that was resident while it served and stored as fast as it can.
  double rssAtSaturation() {
    const PublishBatch batch = telemetry_.next(static_cast<std::size_t>(plan_.time.count()) * 20);
    auto ingest = std::async(std::launch::async, [&] { return server_.take(batch, {}); });
    load(server_.httpPort(), states_, {.time = plan_.time});
    ingest.get();
    return server_.peakResidentMib();
  }

 private:
  double p99WhileIngesting(std::size_t per_second) {
    const auto count = static_cast<std::size_t>(plan_.time.count()) * per_second / 1000;
    const PublishBatch batch = telemetry_.next(count);
    auto ingest = std::async(std::launch::async, [&] { return server_.take(batch, {.per_second = per_second}); });
    const Load seen = load(server_.httpPort(), states_, {.clients = 4, .time = plan_.time});
    ingest.get();
    return quantile(seen.ms, 0.99);
  }

  const Plan plan_;
  const std::vector<std::string> cars_;
  CarsTelemetry telemetry_;
  ServerConsumer server_;
  std::vector<std::string> states_;
  std::unique_ptr<test::ChildProcess> fixed_;
  std::uint16_t fixed_port_ = 0;
};

std::vector<Figure> figures(const std::vector<Round>& rounds, double rss_mib) {
  const auto over = [&](auto value) { return medianOf(rounds, value); };
  return {{"state_vs_fixed", over([](const Round& one) { return one.state / one.fixed; }), 2},
          {"p99_at_1000_ms", over([](const Round& one) { return one.p99_slow; }), 2},
          {"p99_at_5000_ms", over([](const Round& one) { return one.p99_fast; }), 2},
          {"list_p99_ms", over([](const Round& one) { return one.list_p99; }), 2},
          {"rss_mib", rss_mib, 1}};
}

void report(const std::vector<Round>& rounds, const std::vector<Figure>& figures, double rss_mib) {
  std::printf(
      "10,000 registered cars of which 1,000 talk; SQLite FULL. state: GET of the latest state of one car after the "
      "other,\nby 16 clients over kept connections, read from SQLite each time. fixed: a handler on Beast that answers "
      "with a\nconstant of the same size. p99: of GET state by 4 clients without pause, while telemetry comes in. "
      "list: "
      "first\npage of the cars, one client.\n\n"
      "round  state/s  fixed/s  ratio   p99 at 1,000/s  p99 at 5,000/s  p99 of list (ms)\n");
  for (std::size_t i = 0; i < rounds.size(); ++i) {
    const Round& one = rounds[i];
    std::printf("%5zu %8.0f %8.0f %6.2f %16.2f %15.2f %17.2f\n", i + 1, one.state, one.fixed, one.state / one.fixed,
                one.p99_slow, one.p99_fast, one.list_p99);
  }
  std::printf(
      "\nmedians: state at %.2f of fixed (target 0.5), p99 %.2f ms at 1,000/s (target 5), list %.2f ms (target 20)\n"
      "most memory, storing and serving as fast as it can: %.1f MiB (target 100)\n",
      figures[0].value, figures[1].value, figures[3].value, rss_mib);
  printLoad();
}

int run(const Options& options) {
  const Plan plan = options.quick ? kQuick : kWhole;
  Bench bench(plan);
  std::vector<Round> rounds;
  rounds.reserve(plan.rounds);
  for (std::size_t i = 0; i < plan.rounds; ++i) rounds.push_back(bench.round());
  const double rss_mib = bench.rssAtSaturation();
  const std::vector<Figure> result = figures(rounds, rss_mib);
  if (options.json) {
    printJson(result);
  } else {
    report(rounds, result, rss_mib);
  }
  return 0;
}

}  // namespace
}  // namespace smartkar::bench

int main(int count, char** arguments) {
  const smartkar::bench::Options options = smartkar::bench::parseOptions(count, arguments);
  try {
    return smartkar::bench::run(options);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "smartkar-bench-http: %s\n", error.what());
    return 1;
  }
}
