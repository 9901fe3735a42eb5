#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/log.hpp"
#include "base/time.hpp"
#include "conformance/feature.hpp"
#include "protocol/actions.hpp"
#include "protocol/command.hpp"
#include "protocol/response.hpp"
#include "protocol/topics.hpp"

namespace smartkar::conformance {

// What can be done to the car and what it hangs on.
enum class Fault : std::uint8_t {
  PowerOff,
  PowerOn,
  PowerOffAtFlashWrite,  // amount: bytes of the next record that are still written
  PowerOffAtAct,         // right after the first frame that changes the vehicle
  LoseJournal,           // the flash is blank, and the car starts anew
  FlashFails,
  FlashWorks,
  LinkBreaks,    // the car notices and connects again
  OutOfReach,    // nothing gets through, nobody is told
  WithinReach,   //
  Wake,          // whatever wakes it: a timer, a person
  BrokerForgets  // sessions and queues are gone
};

// How the vehicle behaves.
enum class VehicleMood : std::uint8_t {
  Normal,
  Refuses,
  RefusesProfile,
  DoesNotWake,
  CannotBeReached,  // not even a wake frame can be sent
  DoesNotConfirm,
  DoesNotConfirmProfile,
};
enum class OldCarMood : std::uint8_t { Normal, Silent, Busy };
enum class VehicleStep : std::uint8_t { Wake, Profile, Operation };

// What reaches the server from the car's side of the broker.
struct FromCar {
  protocol::Channel channel = protocol::Channel::Status;
  std::string payload;
};
// A car with old firmware came or went.
struct OldCarCame {};
struct OldCarWent {};
using Arrival = std::variant<FromCar, OldCarCame, OldCarWent>;

// One thing done to the vehicle, as the vehicle saw it.
struct Act {
  protocol::CommandId id = 0;  // 0: nobody had asked for it
  bool start = false;          // else: stop
  bool charge = false;         // what is started; else the climate
  std::int64_t target_soc = 0;
  std::int64_t max_current = 0;
  double temperature = 0;
  bool allow_battery = false;
  UnixTime at{};
};

// The car, the broker it is connected to, and the clock: what scripts are run against.
class Rig {
 public:
  virtual ~Rig() = default;

  virtual bool supports(Feature feature) const = 0;
  virtual std::string_view ccid() const = 0;
  virtual Instant now() const = 0;
  // The true time.
  virtual UnixTime wall() const = 0;
  // For people who want to watch.
  virtual LogSink& log() = 0;
  // How long to wait for something that should happen soon.
  virtual Duration patience() const = 0;

  // Lets time pass until something arrives from the car, at most until then.
  virtual std::optional<Arrival> next(Instant until) = 0;
  // Publishes on the car's command topic. expiry: of the message at the broker. legacy: to the car with old firmware.
  virtual void toCar(std::string_view payload, Duration expiry, bool legacy) = 0;

  // Only what supports() promises is asked for.
  virtual void inflict(Fault fault, std::int64_t amount) = 0;
  // The car's processor is busy with something else for so long.
  virtual void stall(Duration time) = 0;
  virtual void vehicle(VehicleMood mood) = 0;
  virtual void vehicleTakes(VehicleStep step, Duration time) = 0;
  virtual void oldCarSession(bool open) = 0;
  virtual void oldCar(OldCarMood mood) = 0;
  // Everything as it was in the beginning, except for what the car remembers.
  virtual void heal() = 0;

  virtual bool carAwake() const = 0;
  // All that was done to the vehicle; nothing if the rig cannot see the vehicle.
  virtual std::optional<std::vector<Act>> acts() const = 0;
  // What the car's journal says became of a command; nothing if it does not say or nobody can look.
  virtual std::optional<protocol::ResponseStatus> journalled(protocol::CommandId id) const = 0;
};

}  // namespace smartkar::conformance
