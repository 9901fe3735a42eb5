#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "modem_sim/data_path.hpp"
#include "modem_sim/event_queue.hpp"
#include "modem_sim/http_response.hpp"

namespace smartkar::modem_sim {

struct Core;

// "http://host[:port]" or "https://…", and what follows.
struct HttpUrl {
  bool tls = false;
  std::string host;
  std::uint16_t port = 0;
  std::string path;  // with its '/'; empty if there is none
};
std::optional<HttpUrl> parseHttpUrl(std::string_view url);

// What comes of a request in place of a status (AT Manual V1.05 §13.2.13).
enum class HttpFailure : std::uint16_t {
  NotHttp = 600,
  Network = 601,
  NoMemory = 602,
  Dns = 603,
};

// A connection to an HTTP server, and one request at a time on it.
class HttpClient : public ConnectionUser {
 public:
  struct Request {
    std::string method;   // "GET"
    std::string target;   // "/path?query"
    std::string headers;  // each line ends with \r\n
    std::string body;
  };
  using Connected = std::function<void(std::optional<HttpFailure>)>;  // nothing: connected
  using Answered = std::function<void(unsigned status)>;              // or an HttpFailure

  explicit HttpClient(Core& core) : core_(core) {}

  // Only if not connected and not busy(). timeout: then it has failed. connected: told once, later, unless reset() is
  // first.
  void connect(const Endpoint& endpoint, Duration timeout, Connected connected);
  // Only if connected and not busy(). answered: likewise.
  void request(const Request& request, std::size_t body_max, Duration timeout, Answered answered);
  // In order; what was asked for is never answered.
  void disconnect();
  bool connected() const { return state_ == State::Connected; }
  bool busy() const { return connecting_ != nullptr || answering_ != nullptr; }
  // The latest answer, complete or as far as it has come; null if there is none.
  const HttpResponse* response() const { return response_.get(); }

  // See TcpSocket.
  void bearerClosed();
  void bearerLost();
  void reset();

  void opened() override;
  void openFailed(OpenError error) override;
  void received(std::string bytes) override;
  void closed() override;

 private:
  enum class State : std::uint8_t { Disconnected, Connecting, Connected };

  void finishConnecting(std::optional<HttpFailure> failure);
  void finishAnswer(unsigned status);
  void fail(HttpFailure failure);
  void cut();

  Core& core_;
  State state_ = State::Disconnected;
  Endpoint endpoint_;
  ConnectionId link_ = 0;
  Connected connecting_;
  Answered answering_;
  std::unique_ptr<HttpResponse> response_;
  EventQueue::Id timer_ = 0;
};

}  // namespace smartkar::modem_sim
