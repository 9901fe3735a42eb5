#pragma once

#include <cstdint>
#include <string_view>

namespace smartkar::device {

// What is known of the modem. Connected is the only state in which a session can be opened.
enum class ModemState : std::uint8_t {
  Off,            // nothing is known, or it was switched off
  Starting,       // PWRKEY is pulsed or the supply switched on
  Synchronising,  // AT is sent until it answers
  Configuring,    // volatile settings are being written
  Searching,      // not registered yet
  Registered,     // registered, no bearer
  Bearer,         // the bearer is being activated
  Connected,      // IP connectivity
  NoSim,          // SIM missing, locked or broken
  Denied,         // the network refuses
  Error,          // the last dialogue failed otherwise
};

// "connected", "no_sim", …
std::string_view modemStateName(ModemState state);

// Why a modem operation ended without success.
enum class ModemError : std::uint8_t {
  NoAnswer,       // it does not answer AT, or stopped answering
  Restarted,      // it restarted in the middle; the next call configures it again
  NoSim,          // there is no SIM
  SimLocked,      // it wants a PIN or PUK
  SimFailed,      // it is there and does not work
  Denied,         // the network refuses registration
  NotRegistered,  // no network by the deadline
  NoBearer,       // no IP connectivity by the deadline
  Failed,         // it answered ERROR or something unreadable
};

// "no_answer", "restarted", …
std::string_view modemErrorName(ModemError error);

}  // namespace smartkar::device
