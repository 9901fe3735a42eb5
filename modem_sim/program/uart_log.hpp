#pragma once

#include <cstdio>
#include <string>
#include <string_view>

#include "base/time.hpp"

namespace smartkar::modem_sim {

// Shows the dialogue on the UART, line by line, with the time: for a person who watches.
class UartLog {
 public:
  // out: null shows nothing.
  explicit UartLog(std::FILE* out) : out_(out) {}

  void fromHost(std::string_view bytes, Instant now) { take(host_, "->", bytes, now); }
  void fromModem(std::string_view bytes, Instant now) { take(modem_, "<-", bytes, now); }
  void lost(std::string_view bytes, Instant now) { take(lost_, "<x", bytes, now); }
  // Anything else: pins, faults.
  void note(std::string_view text, Instant now) { print("--", text, now); }

 private:
  void take(std::string& line, const char* direction, std::string_view bytes, Instant now);
  void print(const char* direction, std::string_view text, Instant now);

  std::FILE* out_;
  std::string host_;
  std::string modem_;
  std::string lost_;
};

}  // namespace smartkar::modem_sim
