#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cerrno>
#include <cstdint>
#include <map>
#include <string>
#include <utility>

namespace smartkar::server {

struct TestResponse {
  int status = 0;                             // 0: the connection ended without a response
  std::map<std::string, std::string> fields;  // names in lower case
  std::string body;
};

// A plain HTTP client for tests: sends bytes as they are given, so that they can be wrong. Gives up after ten seconds
// of silence.
class TestClient {
 public:
  // receive_bytes: size of the socket's buffer; 0: the system's default.
  explicit TestClient(std::uint16_t port, int receive_bytes = 0) : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
    const timeval patience{.tv_sec = 10, .tv_usec = 0};
    ::setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    if (receive_bytes > 0) ::setsockopt(socket_, SOL_SOCKET, SO_RCVBUF, &receive_bytes, sizeof receive_bytes);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    ::connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address);
  }
  ~TestClient() { ::close(socket_); }
  TestClient(const TestClient&) = delete;
  TestClient& operator=(const TestClient&) = delete;

  void send(const std::string& bytes) {
    for (std::size_t sent = 0; sent < bytes.size();) {
      const ssize_t count = ::send(socket_, bytes.data() + sent, bytes.size() - sent, MSG_NOSIGNAL);
      if (count <= 0) return;
      sent += static_cast<std::size_t>(count);
    }
  }

  // Reads one response. head: it has no body, whatever its length says.
  TestResponse receive(bool head = false) {
    TestResponse response;
    const std::string header = readUntil("\r\n\r\n");
    if (!header.starts_with("HTTP/1.1 ")) return response;
    response.status = std::stoi(header.substr(9, 3));
    for (std::size_t begin = header.find("\r\n") + 2; begin + 2 < header.size();) {
      const std::size_t end = header.find("\r\n", begin);
      const std::size_t colon = header.find(": ", begin);
      std::string name = header.substr(begin, colon - begin);
      std::transform(name.begin(), name.end(), name.begin(), [](unsigned char c) { return std::tolower(c); });
      response.fields[name] = header.substr(colon + 2, end - colon - 2);
      begin = end + 2;
    }
    if (head || response.fields.count("content-length") == 0) return response;
    const std::size_t length = std::stoul(response.fields["content-length"]);
    while (received_.size() < length && readMore()) {
    }
    response.body = received_.substr(0, length);
    received_.erase(0, length);
    return response;
  }

  // Reads until `text` has come: everything up to its end, or what came instead before the connection ended.
  std::string readUntil(const std::string& text) {
    std::size_t found = 0;
    while ((found = received_.find(text)) == std::string::npos) {
      if (!readMore()) return std::exchange(received_, {});
    }
    std::string result = received_.substr(0, found + text.size());
    received_.erase(0, found + text.size());
    return result;
  }

  // Reads so many bytes, or what came before the connection ended.
  std::string readBytes(std::size_t count) {
    while (received_.size() < count && readMore()) {
    }
    std::string result = received_.substr(0, count);
    received_.erase(0, count);
    return result;
  }

  // Reads to the end of the connection. False if it does not end.
  bool readToEnd() {
    while (readMore()) {
    }
    return ended_;
  }

 private:
  bool readMore() {
    std::array<char, 4096> buffer{};
    const ssize_t count = ::recv(socket_, buffer.data(), buffer.size(), 0);
    ended_ = count == 0 || (count < 0 && errno == ECONNRESET);
    if (count > 0) received_.append(buffer.data(), static_cast<std::size_t>(count));
    return count > 0;
  }

  int socket_;
  std::string received_;
  bool ended_ = false;
};

}  // namespace smartkar::server
