#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "base/time.hpp"
#include "device/command/outcome.hpp"
#include "device/command/reply.hpp"
#include "protocol/parameters.hpp"

namespace smartkar::device {

// What the system commands need of the device around them. Implementations only take note; they act once the answer is
// on its way.
class SystemControl {
 public:
  virtual ~SystemControl() = default;
  // duration: of the sleep; nothing: until something else wakes the car.
  virtual void requestSleep(std::optional<Duration> duration) = 0;
  virtual void requestReboot() = 0;
  // True from the request on: nothing may begin that the restart would interrupt.
  virtual bool restarting() const = 0;
  // Sends the whole state, whether it changed or not.
  virtual void requestTelemetry() = 0;
  // parameters: of system.configure. A fault: why it is refused, nothing is changed.
  virtual Fault configure(const protocol::Parameters& parameters) = 0;
  // Writes what is in force, and what is on trial, as members of the open object.
  virtual void writeConfiguration(protocol::JsonWriter& writer) const = 0;
  // name: as in system.setLink. False: there is no such link, nothing changes.
  virtual bool chooseLink(std::string_view name) = 0;
  // What the server asked for ("auto": nothing), and the link that is used once this answer is on its way.
  virtual std::string_view wishedLink() const = 0;
  virtual std::string_view chosenLink() const = 0;
  // False: what came over the present link could be anybody's, so it must not change the vehicle.
  virtual bool mayActuate() const = 0;
  // Since this run began.
  virtual Duration uptime(Instant now) const = 0;
  virtual std::string_view firmware() const = 0;
};

// The commands about the device itself: ping, status, capabilities, telemetry and system.*.
class SystemHandler {
 public:
  // control: must outlive the handler.
  explicit SystemHandler(SystemControl& control) : control_(control) {}
  // parameters: of an action of this domain.
  void handle(const protocol::Parameters& parameters, Instant now, Reply& reply);

  // True for what must not run twice when the command is delivered again: it is journalled before it is done.
  static bool runsOnce(protocol::Action action) {
    using protocol::Action;
    return action == Action::Reboot || action == Action::Sleep || action == Action::Configure;
  }

 private:
  void sleep(const protocol::Parameters& parameters, Reply& reply);
  void configure(const protocol::Parameters& parameters, Reply& reply);
  void setLink(const protocol::Parameters& parameters, Reply& reply);
  void writeCapabilities(Reply& reply) const;

  SystemControl& control_;
};

}  // namespace smartkar::device
