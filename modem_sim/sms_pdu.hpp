#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "modem_sim/sms_store.hpp"

namespace smartkar::modem_sim {

// A message as PDU mode shows it: hex digits of the centre's address and of the TPDU (3GPP TS 23.040 §9.2).
struct SmsPdu {
  std::string digits;
  std::size_t length = 0;  // octets of the TPDU
};

// A message of the store: SMS-DELIVER if it was received, else SMS-SUBMIT. centre: its number.
SmsPdu pduOf(const Sms& sms, std::string_view centre);

// The message in a PDU. length: as the host has stated it. received: it is an SMS-DELIVER, else an SMS-SUBMIT. Nothing:
// hex digits or length are wrong, or it is another kind of TPDU or cut short.
std::optional<Sms> parsePdu(std::string_view digits, std::size_t length, bool received);

}  // namespace smartkar::modem_sim
