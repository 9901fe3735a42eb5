#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.hpp"
#include "bench/dialogue/publish_watch.hpp"
#include "sim/world.hpp"

namespace smartkar::bench {

// What a dialogue with the modem costs.
struct Cost {
  int exchanges = 0;      // command lines; without polling: bare AT, and the same line again unless it moves data
  std::size_t bytes = 0;  // on both wires, everything counted
  Duration time{};        // by the simulator's model of modem and network
};

// Counts what passes between one car's processor and its modem.
class DialogueMeter {
 public:
  // world: outlives this. Takes over the hooks of its car's wires.
  DialogueMeter(sim::World& world, Engine engine);

  // Lets time pass until the condition holds and tells what that cost. Its time begins with the first byte, or with the
  // first ring if that is earlier.
  Cost until(const std::function<bool()>& condition);
  // …until nothing has passed for two seconds, which are not counted.
  Cost untilQuiet();

  // Of the measurement under way: so many publishes were confirmed; one is under way; RI fell.
  int confirmedPublishes() const { return watch_->confirmed() - confirmed_before_; }
  bool publishing() const { return watch_->pending(); }
  bool rang() const { return rang_; }
  // The command lines of the latest measurement that were counted.
  const std::vector<std::string>& lines() const { return lines_; }

 private:
  void onInput(std::string_view bytes);
  void onOutput(std::string_view bytes);
  void onRi(bool high);
  bool isPolling(std::string_view line) const;
  void note();
  void begin();

  sim::World& world_;
  Cost cost_;
  std::vector<std::string> lines_;
  const std::unique_ptr<PublishWatch> watch_;
  int confirmed_before_ = 0;
  bool rang_ = false;
  Instant began_ = kNever;
  Instant latest_{};
};

}  // namespace smartkar::bench
