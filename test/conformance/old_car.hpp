#pragma once

#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "conformance/rig.hpp"
#include "protocol/command.hpp"
#include "protocol/response.hpp"

namespace smartkar::conformance {

// A car with firmware v2.2, on its open TCP session: no journal, one command at a time, which takes three seconds.
class OldCar {
 public:
  void setConnected(bool connected);
  void receive(std::string_view payload, Instant now);
  void turn(Instant now, UnixTime wall);
  Instant nextDeadline() const { return work_ ? work_->until : kNever; }

  std::deque<Arrival> arrivals;
  std::vector<Act> acts;
  OldCarMood mood = OldCarMood::Normal;

 private:
  struct Work {
    protocol::CommandId id;
    std::string message;
    Instant until;
  };

  void answer(protocol::CommandId id, protocol::ResponseStatus status);
  void act(UnixTime wall);

  bool connected_ = false;
  std::optional<Work> work_;
};

}  // namespace smartkar::conformance
