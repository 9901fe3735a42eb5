#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.hpp"
#include "sim/world.hpp"

namespace smartkar::bench {

// What a dialogue with the modem costs.
struct Cost {
  int exchanges = 0;      // command lines; without polling: bare AT, and the same line again
  std::size_t bytes = 0;  // on both wires, everything counted
  Duration time{};        // by the simulator's model of modem and network
};

// Counts what passes between one car's processor and its modem.
class DialogueMeter {
 public:
  // world: outlives this. Takes over the hooks of its car's wires.
  explicit DialogueMeter(sim::World& world);

  // Lets time pass until the condition holds and tells what that cost. Its time begins with the first byte, or with the
  // first ring if that is earlier.
  Cost until(const std::function<bool()>& condition);
  // …until nothing has passed for two seconds, which are not counted.
  Cost untilQuiet();

  // Of the measurement under way: the modem has confirmed so many publishes; it owes the answer to one; RI fell.
  int confirmedPublishes() const { return confirmed_publishes_; }
  bool publishing() const { return publishing_; }
  bool rang() const { return rang_; }
  // The command lines of the latest measurement that were counted.
  const std::vector<std::string>& lines() const { return lines_; }

 private:
  void onInput(std::string_view bytes);
  void onOutput(std::string_view bytes);
  void onRi(bool high);
  void note();
  void begin();

  sim::World& world_;
  Cost cost_;
  std::vector<std::string> lines_;
  std::string output_;  // the modem's line under way
  bool publishing_ = false;
  int confirmed_publishes_ = 0;
  bool rang_ = false;
  Instant began_ = kNever;
  Instant latest_{};
};

}  // namespace smartkar::bench
