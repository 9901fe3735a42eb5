#pragma once

#include <functional>
#include <string>

#include "base/time.hpp"
#include "modem_sim/data_path.hpp"
#include "modem_sim/event_queue.hpp"

namespace smartkar::modem_sim {

struct Core;

// Results of AT+CNTP (AT Manual V1.05 §16.2.2).
enum class NtpResult : std::uint8_t {
  Success = 1,
  NetworkError = 61,
  DnsError = 62,
  ConnectError = 63,
  ResponseError = 64,
  Timeout = 65,
};

// Asks a server for the time (RFC 5905, as SNTP does: one question, one answer).
class NtpClient : public ConnectionUser {
 public:
  // time: only with Success.
  using Done = std::function<void(NtpResult, UnixTime time)>;

  explicit NtpClient(Core& core) : core_(core) {}

  // Only if not busy(). done: told once, later, unless reset() is first.
  void ask(const std::string& server, Done done);
  bool busy() const { return done_ != nullptr; }
  // The application network is gone, and with it the socket.
  void bearerLost();
  // The firmware ended.
  void reset();

  void opened() override;
  void openFailed(OpenError error) override;
  void received(std::string bytes) override;
  void closed() override {}

 private:
  void finish(NtpResult result, UnixTime time = {});

  Core& core_;
  Done done_;
  ConnectionId link_ = 0;
  EventQueue::Id timer_ = 0;
};

}  // namespace smartkar::modem_sim
