#pragma once

#include <sys/types.h>

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "bench/ingest/publish_batch.hpp"
#include "bench/ingest/stub_broker.hpp"
#include "bench/support/server_process.hpp"
#include "server/store/sql_database.hpp"
#include "test/support/child_process.hpp"
#include "test/support/temporary_directory.hpp"

namespace smartkar::bench {

// What one batch took a consumer.
struct Taken {
  double seconds = 0;            // from the first message sent until the last is committed
  double processor_seconds = 0;  // of the consumer's process
  std::vector<double> ms;        // of each message: from sending it until it is committed
};

// A program that stores the cars' telemetry from a stub broker of its own.
class StubConsumer {
 public:
  virtual ~StubConsumer() = default;
  virtual Taken take(const PublishBatch& batch, Pace pace) = 0;
  // Messages that are in its database.
  virtual std::uint64_t stored() = 0;
};

// Our server; it acknowledges after the commit.
class ServerConsumer final : public StubConsumer {
 public:
  // store: lines of [store]. url: of the PostgreSQL database named there; empty: an SQLite file.
  ServerConsumer(const std::vector<std::string>& cars, const std::string& store, const std::string& url = {});
  Taken take(const PublishBatch& batch, Pace pace) override;
  std::uint64_t stored() override;
  std::uint16_t httpPort() const { return server_.port(); }
  // The most memory that was resident so far.
  double peakResidentMib() const;

 private:
  StubBroker broker_;
  ServerProcess server_;
  std::unique_ptr<server::SqlDatabase> database_;
};

// The Node.js program of bench/peers; it acknowledges at once and says when it has committed.
class PeerConsumer final : public StubConsumer {
 public:
  // synchronous: "NORMAL" or "FULL".
  explicit PeerConsumer(const std::string& synchronous);
  Taken take(const PublishBatch& batch, Pace pace) override;
  std::uint64_t stored() override;

 private:
  StubBroker broker_;
  test::TemporaryDirectory directory_;
  test::ChildProcess process_;
  std::uint64_t committed_ = 0;
  std::size_t lines_seen_ = 0;
};

// Rows of telemetry history in the database of a server.
std::uint64_t countSamples(server::SqlDatabase& database);

}  // namespace smartkar::bench
