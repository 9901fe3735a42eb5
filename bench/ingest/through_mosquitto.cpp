#include "bench/ingest/through_mosquitto.hpp"

#include <chrono>
#include <sstream>
#include <stdexcept>
#include <thread>

#include "bench/ingest/consumers.hpp"
#include "bench/ingest/publisher.hpp"

namespace smartkar::bench {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::chrono::seconds kPatience{60};

double secondsSince(Clock::time_point began) { return std::chrono::duration<double>(Clock::now() - began).count(); }

}  // namespace

test::MosquittoOptions busyMosquitto() {
  return {.global_lines = "log_type none\nmax_inflight_messages 1000\nmax_queued_messages 0\n"};
}

ServerThroughMosquitto::ServerThroughMosquitto(const std::vector<std::string>& cars)
    : broker_(busyMosquitto()),
      server_({.mqtt = "port = " + std::to_string(broker_.port()), .store = {}, .cars = cars}) {
  database_.open(server_.database().string());
}

double ServerThroughMosquitto::take(const PublishBatch& batch) {
  const std::int64_t all = lastNumber() + static_cast<std::int64_t>(batch.size());
  const auto began = Clock::now();
  publishAll(broker_.port(), batch);
  while (lastNumber() < all) {
    if (Clock::now() - began > kPatience) throw std::runtime_error("the server did not commit it all");
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
  }
  return secondsSince(began);
}

std::uint64_t ServerThroughMosquitto::stored() { return countSamples(database_); }

std::int64_t ServerThroughMosquitto::lastNumber() {
  database_.beginCall();
  auto row = database_.query("SELECT max(number) FROM samples");
  return row.next() ? row.integer() : 0;
}

RawThroughMosquitto::RawThroughMosquitto(std::size_t batch)
    : broker_(busyMosquitto()),
      process_({SMARTKAR_RAW_SUBSCRIBER, std::to_string(broker_.port()), std::to_string(batch)}) {
  if (!process_.waitForText("ready", kPatience)) throw std::runtime_error("the raw subscriber did not start");
}

double RawThroughMosquitto::take(const PublishBatch& batch) {
  const auto began = Clock::now();
  publishAll(broker_.port(), batch);
  const std::string total = std::to_string(++batches_ * batch.size());
  const auto line = process_.waitForText("received " + total + " ", kPatience);
  if (!line) throw std::runtime_error("the raw subscriber did not receive it all");
  std::istringstream words(*line);
  std::string skipped;
  std::int64_t nanoseconds = 0;
  words >> skipped >> skipped >> nanoseconds;
  return std::chrono::duration<double>(Clock::time_point(std::chrono::nanoseconds(nanoseconds)) - began).count();
}

}  // namespace smartkar::bench
