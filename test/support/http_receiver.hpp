#pragma once

#include <cstdint>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace smartkar::test {

// An HTTP server on loopback that keeps what it is sent, and gives every request the same answer.
class HttpReceiver {
 public:
  struct Request {
    std::string head;  // request line and header, with all line ends
    std::string body;
  };
  struct Answer {
    int status = 200;
    std::string body = "{}";
  };

  // on_request: called in a thread of its own before the answer goes out.
  explicit HttpReceiver(Answer answer, std::function<void(const Request&)> on_request = {});
  HttpReceiver() : HttpReceiver(Answer{}) {}
  ~HttpReceiver();
  HttpReceiver(const HttpReceiver&) = delete;
  HttpReceiver& operator=(const HttpReceiver&) = delete;

  // "http://127.0.0.1:PORT"
  std::string url() const;
  // All so far.
  std::vector<Request> requests() const;

 private:
  void serve();
  void answer(int connection);

  const Answer answer_;
  const std::function<void(const Request&)> on_request_;
  int listener_;
  std::uint16_t port_ = 0;
  mutable std::mutex mutex_;
  std::vector<Request> requests_;
  std::thread thread_;
};

}  // namespace smartkar::test
