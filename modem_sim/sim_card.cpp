#include "modem_sim/sim_card.hpp"

namespace smartkar::modem_sim {
namespace {
constexpr int kPinTries = 3;  // 3GPP TS 51.011 §8.9
}

void SimCard::read() {
  const bool blocked = wrong_pins_ >= kPinTries;
  switch (config_.behaviour.sim) {
    case SimKind::Ready:
      state_ = State::Ready;
      return;
    case SimKind::Missing:
      state_ = State::Missing;
      return;
    case SimKind::Failure:
      state_ = State::Failed;
      return;
    case SimKind::Pin:
      state_ = blocked ? State::PukWanted : State::PinWanted;
      return;
    case SimKind::Puk:
      state_ = blocked || !unblocked_ ? State::PukWanted : State::PinWanted;
      return;
  }
}

bool SimCard::unlock(std::string_view pin) {
  if (state_ != State::PinWanted) return false;
  if (pin == pin_) {
    wrong_pins_ = 0;
    state_ = State::Ready;
    return true;
  }
  if (++wrong_pins_ >= kPinTries) state_ = State::PukWanted;
  return false;
}

bool SimCard::unblock(std::string_view puk, std::string_view new_pin) {
  if (state_ != State::PukWanted || puk != config_.puk) return false;
  pin_ = new_pin;
  wrong_pins_ = 0;
  unblocked_ = true;
  state_ = State::Ready;
  return true;
}

std::string_view SimCard::text() const {
  switch (state_) {
    case State::Unread:
    case State::Failed:
      return "NOT READY";
    case State::Missing:
      return "NOT INSERTED";
    case State::PinWanted:
      return "SIM PIN";
    case State::PukWanted:
      return "SIM PUK";
    case State::Ready:
      break;
  }
  return "READY";
}

}  // namespace smartkar::modem_sim
