#pragma once

#include <cstdint>
#include <string>

namespace smartkar::test {

// A car with firmware v2.2 on a TCP connection to 127.0.0.1, in the manner of that firmware: CR LF in a write of its
// own, flattened parameters, several responses a command. Throws std::runtime_error when the other end is gone or says
// nothing for ten seconds.
class OldFirmware {
 public:
  // Connects and says who it is.
  OldFirmware(std::uint16_t port, const std::string& ccid);
  ~OldFirmware();
  OldFirmware(const OldFirmware&) = delete;
  OldFirmware& operator=(const OldFirmware&) = delete;

  // {"type":TYPE,"data":DATA}. data: text of an object.
  void say(const std::string& type, const std::string& data) const;
  // An answer to a command. rest: further members, with a comma before each.
  void answer(std::int64_t id, bool ok, const std::string& status, const std::string& rest = "") const;
  // The next line without its end; waits for it.
  std::string line() const;

 private:
  void send(const std::string& text) const;

  int fd_ = -1;
};

}  // namespace smartkar::test
