#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdint>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

namespace smartkar::cli {

// A small HTTP server on a loopback port for tests: each request is answered by what the test says, in a thread of its
// own, so that a stream can stay open beside other requests.
class ScriptedServer {
 public:
  struct Request {
    std::string line;  // "GET /path"
    std::string head;
    std::string body;
  };
  // One connection; closed when the script returns.
  class Connection {
   public:
    explicit Connection(int fd) : fd_(fd) {}
    void reply(int status, std::string_view body) {
      send("HTTP/1.1 " + std::to_string(status) + " X\r\nContent-Type: application/json\r\nContent-Length: " +
           std::to_string(body.size()) + "\r\nConnection: close\r\n\r\n" + std::string(body));
    }
    void startStream() { send("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n: welcome\n\n"); }
    void event(std::string_view type, std::string_view data) {
      send("event: " + std::string(type) + "\ndata: " + std::string(data) + "\n\n");
    }
    // Until the client hangs up.
    void waitForEnd() {
      char byte = 0;
      while (::recv(fd_, &byte, 1, 0) > 0) continue;
    }
    Request read() {
      std::string text;
      std::size_t head_end = 0;
      while ((head_end = text.find("\r\n\r\n")) == std::string::npos) {
        if (!receive(text)) return {};
      }
      Request request{text.substr(0, text.find(" HTTP/")), text.substr(0, head_end), text.substr(head_end + 4)};
      const std::size_t length_at = request.head.find("Content-Length: ");
      const std::size_t length = length_at == std::string::npos ? 0 : std::stoul(request.head.substr(length_at + 16));
      while (request.body.size() < length && receive(request.body)) continue;
      return request;
    }

    // Bytes as they are.
    void send(const std::string& text) { ::send(fd_, text.data(), text.size(), MSG_NOSIGNAL); }

   private:
    bool receive(std::string& text) {
      char buffer[4096];
      const ssize_t size = ::recv(fd_, buffer, sizeof buffer, 0);
      if (size > 0) text.append(buffer, static_cast<std::size_t>(size));
      return size > 0;
    }

    int fd_;
  };
  using Script = std::function<void(Connection&, const Request&)>;

  explicit ScriptedServer(Script script) : script_(std::move(script)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    ::bind(listener_, reinterpret_cast<const sockaddr*>(&address), size);
    ::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size);
    ::listen(listener_, 8);
    port_ = ntohs(address.sin_port);
    acceptor_ = std::thread([this] { accept(); });
  }
  ~ScriptedServer() {
    ::shutdown(listener_, SHUT_RDWR);  // ends accept()
    acceptor_.join();
    for (std::thread& worker : workers_) worker.join();
    ::close(listener_);
  }
  ScriptedServer(const ScriptedServer&) = delete;
  ScriptedServer& operator=(const ScriptedServer&) = delete;

  std::string url() const { return "http://127.0.0.1:" + std::to_string(port_); }
  // All requests so far, in the order of their arrival.
  std::vector<Request> requests() const {
    const std::lock_guard lock(mutex_);
    return requests_;
  }

 private:
  void accept() {
    for (int fd = 0; (fd = ::accept(listener_, nullptr, nullptr)) >= 0;) {
      workers_.emplace_back([this, fd] {
        Connection connection(fd);
        const Request request = connection.read();
        {
          const std::lock_guard lock(mutex_);
          requests_.push_back(request);
        }
        script_(connection, request);
        ::close(fd);
      });
    }
  }

  Script script_;
  int listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  std::uint16_t port_ = 0;
  mutable std::mutex mutex_;
  std::vector<Request> requests_;
  std::vector<std::thread> workers_;
  std::thread acceptor_;
};

}  // namespace smartkar::cli
