#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "protocol/command.hpp"

namespace smartkar::test {

// Owners who command their cars over the API, in a thread of their own, one after the other and without end. A request
// that gets no answer is repeated with the same idempotency key until it is accepted.
class Owners {
 public:
  struct Accepted {
    std::size_t car = 0;  // index in ccids
    protocol::CommandId id = 0;
  };

  // port: of the HTTP server on loopback. pause: between two commands.
  Owners(std::uint16_t port, std::string token, std::vector<std::string> ccids, std::chrono::milliseconds pause);
  // The last request is answered first.
  std::vector<Accepted> stop();
  ~Owners() { stop(); }
  Owners(const Owners&) = delete;
  Owners& operator=(const Owners&) = delete;

 private:
  void run();
  protocol::CommandId ask(const std::string& ccid, unsigned round) const;

  const std::uint16_t port_;
  const std::string token_;
  const std::vector<std::string> ccids_;
  const std::chrono::milliseconds pause_;
  std::vector<Accepted> accepted_;
  std::mutex mutex_;
  std::condition_variable changed_;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace smartkar::test
