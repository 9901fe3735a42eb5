#include "bench/dialogue/dialogue_meter.hpp"

#include <algorithm>
#include <utility>

#include "base/assert.hpp"

namespace smartkar::bench {
namespace {

// Longer than any dialogue takes: what does not end by then is broken.
constexpr Duration kLimit = 10min;
constexpr Duration kQuiet = 2s;

}  // namespace

DialogueMeter::DialogueMeter(sim::World& world) : world_(world) {
  world.car.on_modem_input = [this](std::string_view bytes) { onInput(bytes); };
  world.car.on_modem_output = [this](std::string_view bytes) { onOutput(bytes); };
  world.car.on_ri_change = [this](bool high) { onRi(high); };
}

Cost DialogueMeter::until(const std::function<bool()>& condition) {
  begin();
  const bool done = world_.time.runUntil(condition, kLimit);
  SK_ASSERT(done);
  cost_.time = world_.time.now() - std::min(began_, world_.time.now());
  return cost_;
}

Cost DialogueMeter::untilQuiet() {
  begin();
  latest_ = world_.time.now();
  while (latest_ + kQuiet > world_.time.now()) world_.time.runFor(latest_ + kQuiet - world_.time.now());
  cost_.time = latest_ - std::min(began_, latest_);
  return cost_;
}

void DialogueMeter::begin() {
  cost_ = {};
  lines_.clear();
  confirmed_publishes_ = 0;
  rang_ = false;
  began_ = kNever;
}

void DialogueMeter::note() {
  latest_ = world_.time.now();
  began_ = std::min(began_, latest_);
}

void DialogueMeter::onRi(bool high) {
  if (high) return;
  rang_ = true;
  note();
}

void DialogueMeter::onInput(std::string_view bytes) {
  cost_.bytes += bytes.size();
  note();
  const bool command = bytes.starts_with("AT") && bytes.ends_with('\r');
  if (!command) return;
  const std::string line(bytes.substr(0, bytes.size() - 1));
  publishing_ = line.starts_with("AT+SMPUB=");
  const bool polling = line == "AT" || (!lines_.empty() && lines_.back() == line);
  if (polling) return;
  lines_.push_back(line);
  ++cost_.exchanges;
}

void DialogueMeter::onOutput(std::string_view bytes) {
  cost_.bytes += bytes.size();
  note();
  for (const char c : bytes) {
    if (c != '\n') {
      if (c != '\r') output_ += c;
      continue;
    }
    if (output_ == "OK" && std::exchange(publishing_, false)) ++confirmed_publishes_;
    output_.clear();
  }
}

}  // namespace smartkar::bench
