#pragma once

#include <functional>
#include <string>

#include "base/time.hpp"
#include "modem_sim/data_path.hpp"
#include "modem_sim/event_queue.hpp"

namespace smartkar::modem_sim {

struct Core;

// Results of AT+CDNSGIP (AT Manual V1.05 §19.2.3) that can happen here.
enum class DnsResult : std::uint8_t { Ok = 0, NetworkError = 3, Timeout = 5, Unknown = 8 };

// Finds the address of a host for AT+CDNSGIP.
class NameResolver : public ConnectionUser {
 public:
  // address: only with Ok.
  using Done = std::function<void(DnsResult, const std::string& address)>;

  explicit NameResolver(Core& core) : core_(core) {}

  // Only if not busy(). patience: how long it waits for an answer. done: told once, later, unless reset() is first.
  void ask(const std::string& name, Duration patience, Done done);
  bool busy() const { return done_ != nullptr; }
  // The application network is gone.
  void bearerLost();
  // The firmware ended.
  void reset();

  void opened() override;
  void openFailed(OpenError error) override;
  void received(std::string) override {}
  void closed() override {}

 private:
  void finish(DnsResult result, const std::string& address = {});

  Core& core_;
  Done done_;
  ConnectionId link_ = 0;
  EventQueue::Id timer_ = 0;
};

}  // namespace smartkar::modem_sim
