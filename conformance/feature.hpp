#pragma once

#include <cstdint>
#include <string_view>

namespace smartkar::conformance {

// What a script may need beside a server, a car and time. A live car lacks most of it.
enum class Feature : std::uint8_t {
  None,
  LongWaits,    // hours pass in a moment
  Clock,        // the server's clock can be set wrong
  Power,        // the car's power can be cut
  Processor,    // the car's processor can be kept busy
  Flash,        // the car's flash can be made to fail
  Vehicle,      // the vehicle can be told how to behave
  Link,         // the car's connection can be broken
  Broker,       // the broker can be restarted
  OldFirmware,  // there is a car with old firmware as well
};

// Completes the sentence "not run: needs …".
constexpr std::string_view describe(Feature feature) {
  switch (feature) {
    case Feature::None:
      return "nothing";
    case Feature::LongWaits:
      return "hours that pass in a moment";
    case Feature::Clock:
      return "a clock that may be set wrong";
    case Feature::Power:
      return "a car whose power can be cut";
    case Feature::Processor:
      return "a car whose processor can be kept busy";
    case Feature::Flash:
      return "a car whose flash can be made to fail";
    case Feature::Vehicle:
      return "a vehicle that can be told how to behave";
    case Feature::Link:
      return "a car whose connection can be broken";
    case Feature::Broker:
      return "a broker that can be restarted";
    case Feature::OldFirmware:
      return "a car with old firmware";
  }
  return "something unknown";
}

}  // namespace smartkar::conformance
