#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "server/core/types.hpp"
#include "server/store/store.hpp"
#include "test/load/telemetry_load.hpp"
#include "test/support/child_process.hpp"
#include "test/support/mosquitto.hpp"
#include "test/support/temporary_directory.hpp"

namespace smartkar::test {

// The real server with a real broker that has the queues of an installation, and registered cars.
class CrashWorld {
 public:
  static constexpr std::size_t kReporters = 50;  // cars of the load
  static constexpr std::size_t kDrivers = 10;    // cars that carry out commands
  static constexpr const char* kToken = "0123456789abcdef0123456789abcdef";

  // store: a PostgreSQL url; empty: an SQLite file.
  explicit CrashWorld(std::string store = {}, MosquittoOptions options = {});

  // Starts the server and returns when it listens. wrapper: a program that becomes the server.
  void startServer(std::vector<std::string> wrapper = {});
  // The server has connected both sessions. from: index of the line of its log to look from.
  bool waitForBroker(std::size_t from = 0);
  ChildProcess& server() { return *server_; }
  Mosquitto& broker() { return broker_; }
  std::uint16_t httpPort() const { return http_port_; }
  std::unique_ptr<server::Store> openStore() const;
  const std::vector<std::string>& reporters() const { return reporters_; }
  const std::vector<std::string>& drivers() const { return drivers_; }
  TelemetryLoad::Settings load() const { return {.port = broker_.port(), .ccids = reporters_}; }

 private:
  void writeConfig() const;

  TemporaryDirectory directory_;
  Mosquitto broker_;
  const std::string store_;
  const std::uint16_t http_port_;
  std::vector<std::string> reporters_;
  std::vector<std::string> drivers_;
  std::unique_ptr<ChildProcess> server_;
};

}  // namespace smartkar::test
