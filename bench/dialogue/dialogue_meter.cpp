#include "bench/dialogue/dialogue_meter.hpp"

#include <algorithm>

#include "base/assert.hpp"

namespace smartkar::bench {
namespace {

// Longer than any dialogue takes: what does not end by then is broken.
constexpr Duration kLimit = 10min;
constexpr Duration kQuiet = 2s;

}  // namespace

DialogueMeter::DialogueMeter(sim::World& world, Engine engine) : world_(world), watch_(makePublishWatch(engine)) {
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
  confirmed_before_ = watch_->confirmed();
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
  watch_->onInput(bytes);
  const bool command = bytes.starts_with("AT") && bytes.ends_with('\r');
  if (!command) return;
  const std::string line(bytes.substr(0, bytes.size() - 1));
  if (isPolling(line)) return;
  lines_.push_back(line);
  ++cost_.exchanges;
}

bool DialogueMeter::isPolling(std::string_view line) const {
  const bool moves_data = line.starts_with("AT+CASEND=") || line.starts_with("AT+CARECV=");
  return line == "AT" || (!moves_data && !lines_.empty() && lines_.back() == line);
}

void DialogueMeter::onOutput(std::string_view bytes) {
  cost_.bytes += bytes.size();
  note();
  watch_->onOutput(bytes);
}

}  // namespace smartkar::bench
