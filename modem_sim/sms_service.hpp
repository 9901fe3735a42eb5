#pragma once

#include <deque>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "modem_sim/reply.hpp"
#include "modem_sim/sms_store.hpp"

namespace smartkar::modem_sim {

struct Core;

// Short messages between the modem and the message centre, which keeps what it cannot deliver.
class SmsService {
 public:
  using Sent = std::function<void(int reference)>;  // negative: not sent

  explicit SmsService(Core& core) : core_(core) {}

  // The centre has got a message for this modem.
  void receive(std::string sender, std::string text);
  // The modem may have become reachable, or a place in its store free.
  void retry();
  // sent: told once, later.
  void send(std::string number, std::string text, Sent sent);
  // AT+CNMI has changed: prints what was held back, or forgets it.
  void releaseIndications(bool forget);
  // The firmware ended.
  void reset();

 private:
  bool reachable() const;
  void deliver();
  void indicate(std::string line);

  Core& core_;
  std::deque<Sms> waiting_;        // at the centre
  std::vector<std::string> held_;  // indications, while CNMI's mode is 0
  bool under_way_ = false;
  int reference_ = 0;
};

// Why the SIM's messages cannot be used; nothing if they can.
std::optional<Cms> smsProblem(const Core& core);
// AT+CMGF=0
bool pduMode(const Core& core);
bool isPhoneNumber(std::string_view text);
// What follows status or indication in PDU mode: no name, length, PDU (AT Manual V1.05 §4.2.3).
std::string pduLines(const Core& core, const Sms& sms);
// What follows the number in +CMGR and +CMT of a received message; details: as CSDH=1 asks for.
std::string receivedHeader(const Core& core, const Sms& sms, bool details);
// 145 for an international number, else 129 (AT Manual V1.05 §4.2.3).
int addressType(std::string_view number);

}  // namespace smartkar::modem_sim
