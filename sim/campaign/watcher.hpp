#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

#include "device/platform/wake.hpp"
#include "server/core/types.hpp"
#include "sim/broker_session.hpp"
#include "sim/campaign/wish.hpp"
#include "sim/sim_car.hpp"

namespace smartkar::sim {

// Sees what can be seen from outside of cars, broker and server: wires, messages, the API. car: its number, from 0.
class Watcher {
 public:
  virtual ~Watcher() = default;
  // A frame has reached the vehicle.
  virtual void onAct(std::size_t, const VehicleAct&) {}
  // The processor starts.
  virtual void onStart(std::size_t, device::WakeCause) {}
  virtual void onModemInput(std::size_t, std::string_view) {}
  virtual void onModemOutput(std::size_t, std::string_view) {}
  virtual void onRi(std::size_t, bool) {}
  // The broker has taken a message.
  virtual void onPublished(const BrokerMessage&) {}
  // The API's live views.
  virtual void onCommand(const server::CommandRecord&) {}
  virtual void onDevice(const server::DeviceRecord&) {}
  // The server process has started, with what was stored.
  virtual void onServerStart() {}
  // Something was broken on purpose. car: nothing for broker and server.
  virtual void onFault(std::string_view, std::optional<std::size_t>) {}
  // The owners were answered.
  virtual void onAccepted(const Wish&) {}
  // Everything that was due at this moment has happened.
  virtual void onMoment() {}
  // From now on nothing is broken any more.
  virtual void onHealed() {}
  // The run is over.
  virtual void onEnd() {}
};

}  // namespace smartkar::sim
