#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>

#include "sim/broker_message.hpp"

namespace smartkar::interop {

// The machine was so slow that more real seconds passed than a script asked for: nothing can be compared.
struct TooSlow : std::runtime_error {
  TooSlow() : std::runtime_error("steps that take no time took most of a second") {}
};

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
  // Lets time pass. seconds: 0 only makes sure that none has passed beside. Throws TooSlow.
  virtual void wait(int seconds) = 0;
};

// Real Mosquitto over TCP. aligned: whole seconds are counted, so begin a quarter into one, as the model does.
std::unique_ptr<Transport> makeMosquitto(const sim::BrokerLimits& limits, bool aligned);
// The model, on virtual time.
std::unique_ptr<Transport> makeModel(const sim::BrokerLimits& limits);

}  // namespace smartkar::interop
