#pragma once

#include "server/legacy/queued_commands.hpp"
#include "server/tcp/car_session.hpp"

namespace smartkar::server {

// A car with old firmware (v2.2, v2.1): says who it is, and is believed.
class OldCarSession final : public CarSession {
 public:
  using CarSession::CarSession;

  // False: the car is not let in any more.
  bool sendCommand(const SendLegacy& command);

 private:
  boost::asio::awaitable<bool> begin() override { co_return true; }
  void takeLine(std::string_view line) override;
  void tellEnd(bool broken) override;

  void takeAuth(const std::string& ccid);
  void takeBye(const std::string& reason);
  void takeEvent(std::string body);
  // The car was heard of.
  void stayUp();
  // False, and the session has ended: the car is not let in any more.
  bool stillAllowed();

  QueuedCommands queued_;
  bool asleep_ = false;
};

}  // namespace smartkar::server
