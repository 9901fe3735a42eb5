#include "bench/command/floor.hpp"

#include <stdexcept>

namespace smartkar::bench {
namespace {

constexpr const char* kThere = "bench/there";
constexpr const char* kBack = "bench/back";
// As long as a command with its deadline, contact and check value.
constexpr std::string_view kMessage =
    R"({"id":218000000,"action":"vehicle.stopCharging","expiresAt":1767225600,"contact":91827,"try":1,"mac":"01234567"})";

}  // namespace

Floor::Floor(boost::asio::io_context& io, const server::BrokerAddress& broker, const std::string& database)
    : echo_up_(io),
      client_up_(io),
      back_(io),
      echo_(io, {.broker = broker,
                 .client_id = "bench-echo",
                 .filter = kThere,
                 .on_up = [this] { echo_up_.raise(); },
                 .on_message = [this](std::string_view, std::string_view payload) { echo_.publish(kBack, payload); }}),
      client_(io, {.broker = broker,
                   .client_id = "bench-floor",
                   .filter = kBack,
                   .on_up = [this] { client_up_.raise(); },
                   .on_message = [this](std::string_view, std::string_view) { back_.raise(); }}) {
  database_.open(database);
  database_.execute(
      "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;"
      "CREATE TABLE texts (number INTEGER PRIMARY KEY, text TEXT NOT NULL)");
}

boost::asio::awaitable<void> Floor::untilReady() {
  co_await echo_up_.wait("the broker's answer to the echo");
  co_await client_up_.wait("the broker's answer");
}

boost::asio::awaitable<void> Floor::roundTrip() {
  commit(kMessage);
  if (!client_.publish(kThere, kMessage)) throw std::runtime_error("the broker takes nothing");
  co_await back_.wait("the echo");
  commit(kMessage);
}

void Floor::stop() {
  echo_.stop();
  client_.stop();
}

void Floor::commit(std::string_view text) {
  database_.beginWrite();
  database_.query("INSERT INTO texts (text) VALUES ($1)").bind(text).run();
  database_.end();
  if (database_.failed()) throw std::runtime_error("cannot write: " + database_.result().error().message);
}

}  // namespace smartkar::bench
