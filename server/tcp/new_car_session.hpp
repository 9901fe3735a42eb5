#pragma once

#include "server/tcp/car_session.hpp"

namespace smartkar::server {

// The TCP link of this firmware: its certificate says who it is, its lines are the messages of MQTT in an envelope.
class NewCarSession final : public CarSession {
 public:
  using CarSession::CarSession;

 private:
  boost::asio::awaitable<bool> begin() override;
  void takeLine(std::string_view line) override;
  void tellEnd(bool broken) override;
};

}  // namespace smartkar::server
