#pragma once

#include <array>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace smartkar::modem_sim {

// A message of the SIM.
struct Sms {
  enum class Status : std::uint8_t { Unread, Read, Unsent, Sent };
  static constexpr std::array<std::string_view, 4> kStatusNames = {"REC UNREAD", "REC READ", "STO UNSENT", "STO SENT"};

  std::string number;  // of the sender, or of whom it is for
  std::string text;
  std::string time;  // the centre's, as in +CMGR; of received ones
  Status status = Status::Unread;

  bool received() const { return status == Status::Unread || status == Status::Read; }
  std::string_view statusName() const { return kStatusNames[static_cast<std::size_t>(status)]; }
};

// Messages on the SIM by index.
struct SmsStore {
  static constexpr int kCapacity = 50;  // example of AT Manual V1.05 §4.2.9
  std::map<int, Sms> messages;

  bool full() const { return static_cast<int>(messages.size()) == kCapacity; }
  // At the first free index from 1, which is returned; nothing if full.
  std::optional<int> add(Sms sms);
};

}  // namespace smartkar::modem_sim
