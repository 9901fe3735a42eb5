#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "sim/broker_message.hpp"

namespace smartkar::interop {

// A broker to be compared, with connections to it. Throws std::runtime_error if it does not answer.
class Transport {
 public:
  virtual ~Transport() = default;

  using Id = std::size_t;
  virtual Id open() = 0;
  virtual void send(Id id, std::string_view bytes) = 0;
  // Waits until something comes. Empty: the broker has closed.
  virtual std::string receive(Id id) = 0;
  // Says that nothing more will be sent, as a client that is gone: the broker closes when it has noticed.
  virtual void hangUp(Id id) = 0;

  // Ends the broker, in order or by force, and starts it again; what it had saved is there or lost. Connections can
  // still be read to their end.
  virtual void restart(bool saved) = 0;
  virtual void wait(int seconds) = 0;
};

// Real Mosquitto over TCP, and the model on virtual time. What takes whole seconds begins a quarter into one, so that
// both count alike (see Wait): aligned.
std::unique_ptr<Transport> makeMosquitto(const sim::BrokerLimits& limits, bool aligned);
std::unique_ptr<Transport> makeModel(const sim::BrokerLimits& limits);

}  // namespace smartkar::interop
