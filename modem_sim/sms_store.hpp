#pragma once

#include <map>
#include <string>
#include <string_view>

namespace smartkar::modem_sim {

struct Core;

struct Sms {
  std::string sender;
  std::string time;  // as in +CMGR
  std::string text;
  bool read = false;
};

// Messages on the SIM by index; a full SIM blocks reception silently.
struct SmsStore {
  static constexpr int kCapacity = 20;
  std::map<int, Sms> messages;

  // The first free index from 1; 0 if full.
  int freeIndex() const;
};

// An SMS arrives from the network: stored and announced with +CMTI, or printed with +CMT, as CNMI says.
void receiveSmsText(Core& core, std::string_view text);

}  // namespace smartkar::modem_sim
