#include "test/support/http_receiver.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <stdexcept>
#include <utility>

namespace smartkar::test {
namespace {

constexpr const char* kLength = "Content-Length: ";

// Of the body that follows the head.
std::size_t lengthIn(const std::string& head) {
  const std::size_t at = head.find(kLength);
  return at == std::string::npos ? 0 : std::stoul(head.substr(at + std::string(kLength).size()));
}

}  // namespace

HttpReceiver::HttpReceiver(Answer answer, std::function<void(const Request&)> on_request)
    : answer_(std::move(answer)), on_request_(std::move(on_request)), listener_(::socket(AF_INET, SOCK_STREAM, 0)) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  auto* const any = reinterpret_cast<sockaddr*>(&address);
  if (::bind(listener_, any, size) != 0 || ::listen(listener_, 8) != 0 || ::getsockname(listener_, any, &size) != 0) {
    throw std::runtime_error("no port for an HTTP receiver");
  }
  port_ = ntohs(address.sin_port);
  thread_ = std::thread([this] { serve(); });
}

HttpReceiver::~HttpReceiver() {
  ::shutdown(listener_, SHUT_RDWR);
  thread_.join();
  ::close(listener_);
}

std::string HttpReceiver::url() const { return "http://127.0.0.1:" + std::to_string(port_); }

std::vector<HttpReceiver::Request> HttpReceiver::requests() const {
  const std::lock_guard lock(mutex_);
  return requests_;
}

void HttpReceiver::serve() {
  for (;;) {
    const int connection = ::accept(listener_, nullptr, nullptr);
    if (connection < 0) return;
    answer(connection);
    ::close(connection);
  }
}

void HttpReceiver::answer(int connection) {
  std::string bytes;
  std::size_t end = std::string::npos;
  std::array<char, 4096> buffer{};
  while (end == std::string::npos || bytes.size() < end + lengthIn(bytes.substr(0, end))) {
    const ssize_t count = ::recv(connection, buffer.data(), buffer.size(), 0);
    if (count <= 0) return;
    bytes.append(buffer.data(), static_cast<std::size_t>(count));
    if (end == std::string::npos && bytes.find("\r\n\r\n") != std::string::npos) end = bytes.find("\r\n\r\n") + 4;
  }
  const Request request{bytes.substr(0, end), bytes.substr(end)};
  if (on_request_) on_request_(request);
  {
    const std::lock_guard lock(mutex_);
    requests_.push_back(request);
  }
  const std::string text = "HTTP/1.1 " + std::to_string(answer_.status) +
                           " as told\r\nContent-Length: " + std::to_string(answer_.body.size()) +
                           "\r\nConnection: close\r\n\r\n" + answer_.body;
  static_cast<void>(::send(connection, text.data(), text.size(), MSG_NOSIGNAL));
}

}  // namespace smartkar::test
