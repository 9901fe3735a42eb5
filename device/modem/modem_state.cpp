#include "device/modem/modem_state.hpp"

namespace smartkar::device {

std::string_view modemStateName(ModemState state) {
  switch (state) {
    case ModemState::Off:
      return "off";
    case ModemState::Starting:
      return "starting";
    case ModemState::Synchronising:
      return "synchronising";
    case ModemState::Configuring:
      return "configuring";
    case ModemState::Searching:
      return "searching";
    case ModemState::Registered:
      return "registered";
    case ModemState::Bearer:
      return "bearer";
    case ModemState::Connected:
      return "connected";
    case ModemState::NoSim:
      return "no_sim";
    case ModemState::Denied:
      return "denied";
    case ModemState::Error:
      break;
  }
  return "error";
}

std::string_view modemErrorName(ModemError error) {
  switch (error) {
    case ModemError::NoAnswer:
      return "no_answer";
    case ModemError::Restarted:
      return "restarted";
    case ModemError::NoSim:
      return "no_sim";
    case ModemError::SimLocked:
      return "sim_locked";
    case ModemError::SimFailed:
      return "sim_failed";
    case ModemError::Denied:
      return "denied";
    case ModemError::NotRegistered:
      return "not_registered";
    case ModemError::NoBearer:
      return "no_bearer";
    case ModemError::Failed:
      break;
  }
  return "failed";
}

}  // namespace smartkar::device
