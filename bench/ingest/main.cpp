// Measures how fast the server stores the cars' telemetry, beside the least a subscriber can do and beside what a user
// would otherwise write.
#include <cstdio>
#include <cstring>
#include <exception>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "bench/ingest/consumers.hpp"
#include "bench/ingest/through_mosquitto.hpp"
#include "bench/support/options.hpp"
#include "bench/support/statistics.hpp"
#include "test/support/postgres_server.hpp"

namespace smartkar::bench {
namespace {

constexpr std::size_t kCars = 1000;
constexpr std::size_t kPace = 1000;  // messages a second when latency is measured

struct Plan {
  std::size_t rounds;
  std::size_t messages;  // a round and consumer
  std::size_t paced;     // a round and consumer
};
constexpr Plan kWhole{.rounds = 3, .messages = 20'000, .paced = 3'000};
constexpr Plan kQuick{.rounds = 1, .messages = 2'000, .paced = 500};

// Messages a second, processor microseconds a message, milliseconds.
struct Round {
  double normal;
  double full;
  double postgres;
  double cpu;
  double p99;
  double through_mosquitto;
  double raw_through_mosquitto;
  double node_normal = 0;
  double node_full = 0;
  double node_cpu = 0;
  double node_p99 = 0;
};

// Everybody who is measured, all started; those whose turn it is not wait idle.
class Bench {
 public:
  Bench(const Plan& plan, bool peer)
      : plan_(plan),
        cars_(carIds(kCars)),
        telemetry_(cars_),
        postgres_url_(test::PostgresServer::shared().emptyUrl()),
        normal_(cars_, "path = 'smartkar.db'\ndurability = 'normal'"),
        full_(cars_, "path = 'smartkar.db'\ndurability = 'full'"),
        postgres_(cars_, "url = '" + postgres_url_ + "'", postgres_url_),
        through_mosquitto_(cars_),
        raw_through_mosquitto_(plan.messages) {
    if (!peer) return;
    node_normal_.emplace("NORMAL");
    node_full_.emplace("FULL");
  }

  Round round() {
    const PublishBatch batch = telemetry_.next(plan_.messages);
    const PublishBatch paced = telemetry_.next(plan_.paced);
    Round round{};
    const Taken normal = normal_.take(batch, {});
    round.normal = rate(normal.seconds);
    round.cpu = microseconds(normal);
    if (node_normal_) {
      const Taken node = node_normal_->take(batch, {});
      round.node_normal = rate(node.seconds);
      round.node_cpu = microseconds(node);
    }
    round.full = rate(full_.take(batch, {}).seconds);
    if (node_full_) round.node_full = rate(node_full_->take(batch, {}).seconds);
    round.postgres = rate(postgres_.take(batch, {}).seconds);
    round.raw_through_mosquitto = rate(raw_through_mosquitto_.take(batch));
    round.through_mosquitto = rate(through_mosquitto_.take(batch));
    round.p99 = quantile(full_.take(paced, {.per_second = kPace}).ms, 0.99);
    if (node_full_) round.node_p99 = quantile(node_full_->take(paced, {.per_second = kPace}).ms, 0.99);
    sent_ += plan_.messages;
    sent_paced_ += plan_.paced;
    return round;
  }

  // Messages that were acknowledged and are not in the database, over all consumers.
  std::uint64_t lost() {
    std::uint64_t lost = sent_ - normal_.stored() + sent_ + sent_paced_ - full_.stored() + sent_ - postgres_.stored() +
                         sent_ - through_mosquitto_.stored();
    if (node_normal_) lost += sent_ - node_normal_->stored() + sent_ + sent_paced_ - node_full_->stored();
    return lost;
  }

 private:
  double rate(double seconds) const { return static_cast<double>(plan_.messages) / seconds; }
  double microseconds(const Taken& taken) const {
    return 1e6 * taken.processor_seconds / static_cast<double>(plan_.messages);
  }

  const Plan plan_;
  const std::vector<std::string> cars_;
  CarsTelemetry telemetry_;
  const std::string postgres_url_;
  ServerConsumer normal_;
  ServerConsumer full_;
  ServerConsumer postgres_;
  ServerThroughMosquitto through_mosquitto_;
  RawThroughMosquitto raw_through_mosquitto_;
  std::optional<PeerConsumer> node_normal_;
  std::optional<PeerConsumer> node_full_;
  std::uint64_t sent_ = 0;
  std::uint64_t sent_paced_ = 0;
};

// Ratios are those of each round, so that what disturbs the machine disturbs both sides.
std::vector<Figure> figures(const std::vector<Round>& rounds, bool peer, std::uint64_t lost) {
  std::vector<Figure> all;
  const auto add = [&](const char* key, auto value) { all.push_back({key, medianOf(rounds, value), 2}); };
  add("mosquitto_vs_trivial", [](const Round& one) { return one.through_mosquitto / one.raw_through_mosquitto; });
  if (peer) {
    add("stub_vs_node_normal", [](const Round& one) { return one.normal / one.node_normal; });
    add("stub_vs_node_full", [](const Round& one) { return one.full / one.node_full; });
    add("cpu_vs_node", [](const Round& one) { return one.cpu / one.node_cpu; });
  }
  add("postgres_vs_sqlite_full", [](const Round& one) { return one.postgres / one.full; });
  add("p99_ms", [](const Round& one) { return one.p99; });
  if (peer) add("node_p99_ms", [](const Round& one) { return one.node_p99; });
  all.push_back({"lost", static_cast<double>(lost), 0});
  return all;
}

constexpr const char* kWhat =
    "Telemetry of 1,000 cars, 4-7 fields a message. Everybody keeps the latest value of each field and a row of "
    "history\n"
    "for each message, ordered by boot and seq. server: ours; it acknowledges after the commit. node: mqtt.js and\n"
    "better-sqlite3, transactions of what came within 2 ms, at most 512 messages; it acknowledges before the commit.\n"
    "raw: acknowledges and keeps nothing. Latency: 1,000 messages a second, FULL, until committed.\n\n";

void printRounds(const std::vector<Round>& rounds) {
  std::printf(
      "round |  stub broker, messages/s                            | us CPU a message | Mosquitto, msgs/s | p99 ms\n"
      "      |  server   node |  server   node | server          |                  |                   |\n"
      "      |  NORMAL NORMAL |    FULL   FULL | PostgreSQL      |   server    node |   server      raw | server "
      "node\n");
  for (std::size_t i = 0; i < rounds.size(); ++i) {
    const Round& one = rounds[i];
    std::printf("%5zu | %7.0f %6.0f | %7.0f %6.0f | %10.0f      | %8.1f %7.1f | %8.0f %8.0f | %6.1f %4.1f\n", i + 1,
                one.normal, one.node_normal, one.full, one.node_full, one.postgres, one.cpu, one.node_cpu,
                one.through_mosquitto, one.raw_through_mosquitto, one.p99, one.node_p99);
  }
}

struct Target {
  const char* key;
  const char* text;
};
constexpr Target kTargets[] = {{"mosquitto_vs_trivial", ">= 0.9"},
                               {"stub_vs_node_normal", ">= 2.5"},
                               {"stub_vs_node_full", ">= 2"},
                               {"cpu_vs_node", "<= 0.4"},
                               {"postgres_vs_sqlite_full", ">= 0.6"},
                               {"p99_ms", "<= 10, and not above node_p99_ms"},
                               {"node_p99_ms", ""},
                               {"lost", "0"}};

void printFigures(const std::vector<Figure>& figures) {
  std::printf("\nmedians of the rounds\n");
  for (const Figure& figure : figures) {
    const char* wanted = "";
    for (const Target& target : kTargets) {
      if (std::strcmp(target.key, figure.key) == 0) wanted = target.text;
    }
    std::printf("  %-24s %8.*f   %s\n", figure.key, figure.decimals, figure.value, wanted);
  }
}

int run(const Options& options) {
  const Plan plan = options.quick ? kQuick : kWhole;
  Bench bench(plan, options.peer);
  bench.round();  // every car is known then, and every cache warm
  std::vector<Round> rounds;
  for (std::size_t i = 0; i < plan.rounds; ++i) rounds.push_back(bench.round());
  const std::vector<Figure> result = figures(rounds, options.peer, bench.lost());
  if (options.json) {
    printJson(result);
    return 0;
  }
  std::fputs(kWhat, stdout);
  printRounds(rounds);
  printFigures(result);
  printLoad();
  return 0;
}

}  // namespace
}  // namespace smartkar::bench

int main(int count, char** arguments) {
  const smartkar::bench::Options options = smartkar::bench::parseOptions(count, arguments);
  try {
    return smartkar::bench::run(options);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "smartkar-bench-ingest: %s\n", error.what());
    return 1;
  }
}
