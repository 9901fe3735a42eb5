#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <chrono>
#include <stdexcept>
#include <string>
#include <utility>

namespace smartkar::bench {

// What a callback raises and a coroutine waits for.
class Flag {
 public:
  explicit Flag(boost::asio::io_context& io) : timer_(io) {}

  void raise() {
    raised_ = true;
    timer_.cancel();
  }
  // Waits until it is raised and lowers it. Throws after ten seconds, far more than anything measured takes. what: for
  // the message.
  boost::asio::awaitable<void> wait(std::string what) {
    timer_.expires_after(std::chrono::seconds(10));
    while (!raised_) {
      boost::system::error_code cancelled;
      co_await timer_.async_wait(boost::asio::redirect_error(boost::asio::use_awaitable, cancelled));
      if (!cancelled && !raised_) throw std::runtime_error("nothing came within ten seconds: " + what);
    }
    raised_ = false;
  }

 private:
  boost::asio::steady_timer timer_;
  bool raised_ = false;
};

}  // namespace smartkar::bench
