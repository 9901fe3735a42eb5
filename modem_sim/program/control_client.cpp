#include "modem_sim/program/control_client.hpp"

#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>

#include "modem_sim/program/file_descriptor.hpp"

namespace smartkar::modem_sim {
namespace {

// A line without its end; nothing if none comes.
std::optional<std::string> readLine(int socket) {
  std::string line;
  char c = 0;
  while (::recv(socket, &c, 1, 0) == 1) {
    if (c == '\n') return line;
    line += c;
  }
  return std::nullopt;
}

}  // namespace

std::optional<std::string> tellControl(const std::string& path, std::string_view command) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.size() >= sizeof address.sun_path) return std::nullopt;
  path.copy(address.sun_path, path.size());
  const FileDescriptor socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (!socket.valid() || ::connect(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    return std::nullopt;
  }
  const timeval patience{2, 0};
  setsockopt(socket.get(), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  const std::string line = std::string(command) + "\n";
  if (::send(socket.get(), line.data(), line.size(), MSG_NOSIGNAL) < 0) return std::nullopt;
  // RI and sent SMS are told to everybody, unasked.
  for (;;) {
    auto answer = readLine(socket.get());
    if (!answer || !(answer->starts_with("ri ") || answer->starts_with("sms "))) return answer;
  }
}

}  // namespace smartkar::modem_sim
