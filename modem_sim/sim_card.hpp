#pragma once

#include <string>
#include <string_view>

#include "modem_sim/config.hpp"

namespace smartkar::modem_sim {

// The SIM: whether it can be read, and the PIN or PUK that it asks for.
class SimCard {
 public:
  enum class State : std::uint8_t { Unread, Missing, Failed, PinWanted, PukWanted, Ready };

  // config: outlives this; says what kind of card is in.
  explicit SimCard(const Config& config) : config_(config), pin_(config.pin) {}

  State state() const { return state_; }
  bool ready() const { return state_ == State::Ready; }
  // The card is looked at; a PIN has to be entered again.
  void read();
  // The card has no supply.
  void forget() { state_ = State::Unread; }
  // False: wrong, or not asked for. The third wrong PIN in a row makes the card ask for the PUK.
  bool unlock(std::string_view pin);
  bool unblock(std::string_view puk, std::string_view new_pin);
  // What follows +CPIN: (AT Manual V1.05 §3.2.11).
  std::string_view text() const;

 private:
  const Config& config_;
  std::string pin_;
  State state_ = State::Unread;
  int wrong_pins_ = 0;
  bool unblocked_ = false;  // since it came with its PIN blocked
};

}  // namespace smartkar::modem_sim
