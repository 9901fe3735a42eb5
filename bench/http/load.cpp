#include "bench/http/load.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <exception>
#include <stdexcept>

#include "bench/support/http_client.hpp"

namespace smartkar::bench {

namespace asio = boost::asio;

namespace {

using Clock = std::chrono::steady_clock;

struct Run {
  const std::uint16_t port;
  const std::vector<std::string>& requests;
  const Clock::time_point end;
  Load load{};
};

asio::awaitable<void> client(asio::io_context& io, Run& run, std::size_t next) {
  HttpClient connection(io);
  co_await connection.open(run.port);
  Clock::time_point now = Clock::now();
  while (now < run.end) {
    const Clock::time_point began = now;
    co_await connection.send(run.requests[next++ % run.requests.size()]);
    const HttpAnswer answer = co_await connection.receive();
    if (answer.status != 200) throw std::runtime_error("answered with " + std::to_string(answer.status));
    now = Clock::now();
    run.load.body_bytes = answer.body.size();
    run.load.ms.push_back(std::chrono::duration<double, std::milli>(now - began).count());
  }
}

}  // namespace

Load load(std::uint16_t port, const std::vector<std::string>& requests, const LoadPlan& plan) {
  asio::io_context io(1);
  const auto began = Clock::now();
  Run run{.port = port, .requests = requests, .end = began + plan.time};
  std::exception_ptr failure;
  for (std::size_t i = 0; i < plan.clients; ++i) {
    const std::size_t first = i * requests.size() / plan.clients;
    asio::co_spawn(io, client(io, run, first), [&failure](const std::exception_ptr& thrown) {
      if (thrown) failure = thrown;
    });
  }
  io.run();
  if (failure) std::rethrow_exception(failure);
  const double seconds = std::chrono::duration<double>(Clock::now() - began).count();
  run.load.per_second = static_cast<double>(run.load.ms.size()) / seconds;
  return run.load;
}

}  // namespace smartkar::bench
