#pragma once

#include <cstdint>
#include <string_view>

#include "sim/campaign/watcher.hpp"
#include "sim/virtual_time.hpp"

namespace smartkar::sim {

// Everything that is to be seen of cars, broker and server in one number: two runs with the same number did the same at
// the same times. FNV-1a with 64 bits (RFC draft-eastlake-fnv, section 2).
class TraceHash : public Watcher {
 public:
  // time: outlives this.
  explicit TraceHash(const VirtualTime& time) : time_(time) {}

  std::uint64_t value() const { return hash_; }

  void onAct(std::size_t car, const VehicleAct& act) override {
    note('a', car, "");
    number(static_cast<std::uint64_t>(act.operation));
    number(act.profile.target_soc);
    number(act.profile.max_current_a);
  }
  void onStart(std::size_t car, device::WakeCause cause) override { note('s', car, device::wakeCauseText(cause)); }
  void onModemInput(std::size_t car, std::string_view bytes) override { note('i', car, bytes); }
  void onModemOutput(std::size_t car, std::string_view bytes) override { note('o', car, bytes); }
  void onRi(std::size_t car, bool high) override { note(high ? 'R' : 'r', car, ""); }
  void onPublished(const BrokerMessage& message) override {
    note('p', 0, message.topic);
    text(message.payload);
  }
  void onCommand(const server::CommandRecord& command) override {
    note('c', command.id, server::stateName(command.state));
  }

 private:
  void note(char kind, std::size_t number_of, std::string_view what) {
    byte(static_cast<std::uint8_t>(kind));
    number(static_cast<std::uint64_t>(time_.now().time_since_epoch().count()));
    number(number_of);
    text(what);
  }
  void text(std::string_view what) {
    for (const char c : what) byte(static_cast<std::uint8_t>(c));
  }
  void number(std::uint64_t value) {
    for (int shift = 0; shift < 64; shift += 8) byte(static_cast<std::uint8_t>(value >> shift));
  }
  void byte(std::uint8_t value) { hash_ = (hash_ ^ value) * 1099511628211U; }

  const VirtualTime& time_;
  std::uint64_t hash_ = 14695981039346656037U;
};

}  // namespace smartkar::sim
