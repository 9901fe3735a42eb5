#pragma once

#include <atomic>
#include <boost/asio/io_context.hpp>
#include <boost/asio/thread_pool.hpp>
#include <cstddef>
#include <functional>
#include <string>

#include "server/wake/request_template.hpp"

namespace smartkar::server {

// Sends text messages through a provider's HTTP interface, one at a time and each once: one that gets lost is no harm,
// because the wake ladder goes on. Used by the io_context's thread; the requests run in a thread of their own.
class SmsProvider {
 public:
  // failure: why it was not sent, for people; empty: the provider took it.
  using Done = std::function<void(const std::string& failure)>;

  // io: outlives this.
  explicit SmsProvider(boost::asio::io_context& io) : io_(io) {}
  // Gives up what is under way.
  ~SmsProvider();
  SmsProvider(const SmsProvider&) = delete;
  SmsProvider& operator=(const SmsProvider&) = delete;

  // done: called once, on the io_context; not at all if this ends before. request: see problemOf().
  void send(const RequestTemplate& request, const TextMessage& message, Done done);

 private:
  // More would be late by the time they are sent.
  static constexpr std::size_t kWaitingMax = 100;

  boost::asio::io_context& io_;
  std::size_t waiting_ = 0;
  std::atomic<bool> ending_ = false;
  boost::asio::thread_pool thread_{1};
};

}  // namespace smartkar::server
