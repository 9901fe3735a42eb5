#pragma once

#include <string>
#include <string_view>

#include "base/result.hpp"
#include "modem_sim/program/file_descriptor.hpp"

namespace smartkar::modem_sim {

// Opens a serial port or the host's end of a pseudo terminal: raw, 8N1, no flow control, not blocking. baud: one of the
// rates of termios. Failure: what went wrong.
Result<FileDescriptor, std::string> openSerialPort(const std::string& path, long baud);

// All that has arrived; empty if nothing.
std::string readAvailable(int fd);
// What the other side does not take in time is lost, as on a wire.
void writeAvailable(int fd, std::string_view bytes);

}  // namespace smartkar::modem_sim
