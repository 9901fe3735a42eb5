#include "bench/ingest/consumers.hpp"

#include <sstream>
#include <stdexcept>

#include "bench/support/process_usage.hpp"
#include "server/store/postgres_database.hpp"
#include "server/store/sqlite_database.hpp"

namespace smartkar::bench {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::chrono::seconds kPatience{60};

double seconds(Clock::duration duration) { return std::chrono::duration<double>(duration).count(); }

std::unique_ptr<server::SqlDatabase> openDatabase(const std::string& path, const std::string& url) {
  if (url.empty()) {
    auto database = std::make_unique<server::SqliteDatabase>();
    database->open(path);
    return database;
  }
  auto database = std::make_unique<server::PostgresDatabase>();
  database->open(url);
  return database;
}

// A line of the peer: how many messages are committed by when.
struct Progress {
  std::uint64_t committed = 0;
  Clock::time_point at;
};

std::optional<Progress> progressFrom(const std::string& line) {
  std::istringstream words(line);
  std::string word;
  Progress progress;
  std::int64_t nanoseconds = 0;
  if (!(words >> word >> progress.committed >> nanoseconds) || word != "committed") return std::nullopt;
  progress.at = Clock::time_point(std::chrono::nanoseconds(nanoseconds));
  return progress;
}

}  // namespace

ServerConsumer::ServerConsumer(const std::vector<std::string>& cars, const std::string& store, const std::string& url)
    : server_({.mqtt = "port = " + std::to_string(broker_.port()), .store = store, .cars = cars}),
      database_(openDatabase(server_.database().string(), url)) {}

Taken ServerConsumer::take(const PublishBatch& batch, Pace pace) {
  const double before = processorSeconds(server_.pid());
  const Pumped pumped = broker_.pump(batch, pace);
  Taken taken;
  taken.processor_seconds = processorSeconds(server_.pid()) - before;
  taken.seconds = seconds(pumped.acknowledged.back() - pumped.sent.front());
  taken.ms.reserve(batch.size());
  for (std::size_t i = 0; i < batch.size(); ++i) {
    taken.ms.push_back(1000 * seconds(pumped.acknowledged[i] - pumped.sent[i]));
  }
  return taken;
}

std::uint64_t ServerConsumer::stored() { return countSamples(*database_); }

double ServerConsumer::peakResidentMib() const { return bench::peakResidentMib(server_.pid()); }

PeerConsumer::PeerConsumer(const std::string& synchronous)
    : process_({"node", std::string(SMARTKAR_PEERS) + "/telemetry_server.mjs", std::to_string(broker_.port()),
                (directory_.path() / "peer.db").string(), synchronous}) {
  if (process_.waitForText("ready", kPatience)) return;
  std::string said;
  for (const std::string& line : process_.lines()) said.append("\n").append(line);
  throw std::runtime_error("the peer did not start:" + said);
}

Taken PeerConsumer::take(const PublishBatch& batch, Pace pace) {
  const double before = processorSeconds(process_.pid());
  const Pumped pumped = broker_.pump(batch, pace);
  const std::uint64_t first = committed_;
  committed_ += batch.size();
  const auto last = [this](const std::string& line) {
    const auto progress = progressFrom(line);
    return progress && progress->committed >= committed_;
  };
  if (!process_.waitForLine(last, kPatience, lines_seen_)) throw std::runtime_error("the peer did not commit it all");
  Taken taken;
  taken.processor_seconds = processorSeconds(process_.pid()) - before;
  const auto lines = process_.lines();
  for (; lines_seen_ < lines.size(); ++lines_seen_) {
    const auto progress = progressFrom(lines[lines_seen_]);
    if (!progress) continue;
    while (first + taken.ms.size() < progress->committed) {
      taken.ms.push_back(1000 * seconds(progress->at - pumped.sent[taken.ms.size()]));
    }
    taken.seconds = seconds(progress->at - pumped.sent.front());
  }
  return taken;
}

std::uint64_t PeerConsumer::stored() {
  server::SqliteDatabase database;
  database.open((directory_.path() / "peer.db").string());
  return countSamples(database);
}

std::uint64_t countSamples(server::SqlDatabase& database) {
  database.beginCall();
  auto row = database.query("SELECT count(*) FROM samples");
  const bool found = row.next();
  if (database.failed()) throw std::runtime_error("cannot count: " + database.result().error().message);
  return found ? static_cast<std::uint64_t>(row.integer()) : 0;
}

}  // namespace smartkar::bench
