#include "modem_sim/program/control_server.hpp"

#include <sys/socket.h>
#include <sys/un.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <system_error>

namespace smartkar::modem_sim {
namespace {
constexpr std::size_t kLineMax = 4096;
}

Result<ControlServer, std::string> ControlServer::open(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.size() >= sizeof address.sun_path) return Failure{path + ": path too long for a socket"};
  path.copy(address.sun_path, path.size());
  std::error_code error;
  if (std::filesystem::is_socket(path, error)) std::filesystem::remove(path, error);
  FileDescriptor socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  constexpr int kBacklog = 8;
  if (!socket.valid() || ::bind(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 ||
      ::listen(socket.get(), kBacklog) != 0) {
    return Failure{path + ": " + std::strerror(errno)};
  }
  return ControlServer(std::move(socket), path);
}

ControlServer::~ControlServer() {
  if (!socket_.valid()) return;
  std::error_code ignored;
  std::filesystem::remove(path_, ignored);
}

void ControlServer::addTo(std::vector<pollfd>& polled) const {
  polled.push_back({socket_.get(), POLLIN, 0});
  for (const auto& [fd, client] : clients_) polled.push_back({fd, POLLIN, 0});
}

void ControlServer::handle(const std::vector<pollfd>& polled, const Answer& answer, const Greeting& greeting) {
  for (const pollfd& entry : polled) {
    if (entry.revents == 0) continue;
    if (entry.fd == socket_.get()) accept(greeting);
    const auto client = clients_.find(entry.fd);
    if (client != clients_.end() && !serve(client->second, answer)) clients_.erase(client);
  }
}

void ControlServer::accept(const Greeting& greeting) {
  FileDescriptor socket(::accept4(socket_.get(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC));
  if (!socket.valid()) return;
  const int fd = socket.get();
  clients_[fd] = Client{std::move(socket), {}};
  write(clients_[fd], greeting());
}

bool ControlServer::serve(Client& client, const Answer& answer) {
  std::array<char, 1024> buffer{};
  for (;;) {
    const ssize_t count = ::recv(client.socket.get(), buffer.data(), buffer.size(), 0);
    if (count < 0 && (errno == EAGAIN || errno == EINTR)) return true;
    if (count <= 0) return false;
    for (const char c : std::string_view(buffer.data(), static_cast<std::size_t>(count))) {
      if (c == '\n') {
        write(client, answer(client.line));
        client.line.clear();
      } else if (c != '\r') {
        client.line += c;
      }
      if (client.line.size() > kLineMax) return false;
    }
  }
}

// A client that does not read loses lines; it must not hold up the modem.
void ControlServer::write(const Client& client, const std::string& line) {
  const std::string text = line + "\n";
  [[maybe_unused]] const ssize_t sent = ::send(client.socket.get(), text.data(), text.size(), MSG_NOSIGNAL);
}

void ControlServer::tellAll(const std::string& line) {
  for (const auto& [fd, client] : clients_) write(client, line);
}

}  // namespace smartkar::modem_sim
