#include "bench/ingest/publish_pump.hpp"

#include <algorithm>
#include <boost/asio/buffer.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <stdexcept>

namespace smartkar::bench {

namespace asio = boost::asio;

namespace {

using Clock = std::chrono::steady_clock;

constexpr std::chrono::seconds kPatience{30};
constexpr std::chrono::milliseconds kPaceStep{1};

}  // namespace

PublishPump::PublishPump(asio::ip::tcp::socket& socket, const PublishBatch& batch, Pace pace, std::size_t window)
    : socket_(socket), batch_(batch), pace_(pace), window_(window), wake_(socket.get_executor()), began_(Clock::now()) {
  pumped_.sent.reserve(batch.size());
  pumped_.acknowledged.reserve(batch.size());
}

asio::awaitable<void> PublishPump::run() {
  while (pumped_.acknowledged.size() < batch_.size()) {
    const std::size_t sent = pumped_.sent.size();
    const std::size_t until = due();
    if (until > sent) {
      pumped_.sent.resize(until, Clock::now());
      const auto bytes = batch_.bytes(sent, until);
      co_await asio::async_write(socket_, asio::buffer(bytes.data(), bytes.size()), asio::use_awaitable);
    } else {
      co_await waitForMore();
    }
  }
}

void PublishPump::acknowledged(std::size_t count) {
  const std::size_t total = pumped_.acknowledged.size() + count;
  if (total > pumped_.sent.size()) throw std::runtime_error("more was acknowledged than sent");
  pumped_.acknowledged.resize(total, Clock::now());
  wake_.cancel();
}

std::size_t PublishPump::due() const {
  std::size_t most = std::min(batch_.size(), pumped_.acknowledged.size() + window_);
  if (pace_.per_second == 0) return most;
  const double seconds = std::chrono::duration<double>(Clock::now() - began_).count();
  return std::min(most, static_cast<std::size_t>(seconds * static_cast<double>(pace_.per_second)));
}

asio::awaitable<void> PublishPump::waitForMore() {
  const bool for_time = pace_.per_second != 0 && pumped_.sent.size() < batch_.size();
  wake_.expires_after(for_time ? Clock::duration(kPaceStep) : Clock::duration(kPatience));
  boost::system::error_code cancelled;
  co_await wake_.async_wait(asio::redirect_error(asio::use_awaitable, cancelled));
  if (!cancelled && !for_time) throw std::runtime_error("nothing was acknowledged for half a minute");
}

}  // namespace smartkar::bench
