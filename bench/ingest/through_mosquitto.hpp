#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "bench/ingest/publish_batch.hpp"
#include "bench/support/server_process.hpp"
#include "server/store/sqlite_database.hpp"
#include "test/support/child_process.hpp"
#include "test/support/mosquitto.hpp"

namespace smartkar::bench {

// A Mosquitto with the limits that `smartkarctl init` gives it (broker/mosquitto_config.cpp) and an unlimited queue.
test::MosquittoOptions busyMosquitto();

// Our server behind a real broker.
class ServerThroughMosquitto {
 public:
  explicit ServerThroughMosquitto(const std::vector<std::string>& cars);
  // Publishes the batch. Seconds until all of it is committed.
  double take(const PublishBatch& batch);
  std::uint64_t stored();

 private:
  std::int64_t lastNumber();

  test::Mosquitto broker_;
  ServerProcess server_;
  server::SqliteDatabase database_;
};

// The least that a subscriber can do, behind the same.
class RawThroughMosquitto {
 public:
  // batch: messages in every batch.
  explicit RawThroughMosquitto(std::size_t batch);
  // Seconds until all of it is received.
  double take(const PublishBatch& batch);

 private:
  test::Mosquitto broker_;
  test::ChildProcess process_;
  std::size_t batches_ = 0;
};

}  // namespace smartkar::bench
