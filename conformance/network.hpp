#pragma once

#include <cstdint>
#include <list>
#include <optional>
#include <string>
#include <vector>

#include "base/log.hpp"
#include "base/time.hpp"
#include "conformance/flow.hpp"

namespace smartkar::conformance {

// A message on its way, in either direction.
struct Parcel {
  protocol::Channel channel = protocol::Channel::Command;  // Command: to the car; the others: from it
  std::string payload;
  Duration expiry{};    // of a message to the car
  bool legacy = false;  // to the car with old firmware
};

// What lies between server and car and obeys the script: it loses, repeats, delays and holds back.
class Network {
 public:
  explicit Network(LogSink& log) : log_(log, "network") {}

  enum class Trick : std::uint8_t {
    Lose,
    Repeat,  // once more, so much later
    Delay,   // so much later; others overtake it
    Hold,    // until letGo()
  };

  // The tricks begun last come first. id: the command the flow is about; 0: any.
  void play(Trick trick, const Flow& flow, protocol::CommandId id, Duration later);
  // No more tricks.
  void restore() { rules_.clear(); }
  // What was held goes on its way now.
  void letGo(Instant now);

  void submit(Parcel parcel, Instant now);
  // The next message that has arrived.
  std::optional<Parcel> take(Instant now);
  Instant nextDeadline() const;

 private:
  struct Rule {
    Trick trick;
    Kind kind;
    protocol::CommandId id;
    std::optional<int> left;
    Duration later;

    bool matches(const Label& label) const;
  };
  struct OnItsWay {
    Parcel parcel;
    Instant arrives;
  };

  void note(const char* what, const Parcel& parcel) const;
  Rule* ruleFor(const Label& label);
  void put(Parcel parcel, Instant arrives);

  Log log_;
  std::list<Rule> rules_;
  std::vector<Parcel> held_;
  std::list<OnItsWay> under_way_;  // by arrival; of the same moment, in the order they were sent
};

}  // namespace smartkar::conformance
