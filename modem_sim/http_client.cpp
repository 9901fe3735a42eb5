#include "modem_sim/http_client.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

#include "modem_sim/core.hpp"

namespace smartkar::modem_sim {
namespace {

using Owner = EventQueue::Owner;

constexpr std::uint16_t kHttpPort = 80;
constexpr std::uint16_t kHttpsPort = 443;

bool takePrefix(std::string_view& text, std::string_view prefix) {
  if (!text.starts_with(prefix)) return false;
  text.remove_prefix(prefix.size());
  return true;
}

}  // namespace

std::optional<HttpUrl> parseHttpUrl(std::string_view url) {
  HttpUrl parsed;
  parsed.tls = takePrefix(url, "https://");
  if (!parsed.tls && !takePrefix(url, "http://")) return std::nullopt;
  const std::size_t slash = std::min(url.find('/'), url.size());
  parsed.path = url.substr(slash);
  url = url.substr(0, slash);
  const std::size_t colon = std::min(url.find(':'), url.size());
  parsed.host = url.substr(0, colon);
  parsed.port = parsed.tls ? kHttpsPort : kHttpPort;
  if (colon < url.size()) {
    const auto [end, error] = std::from_chars(url.data() + colon + 1, url.data() + url.size(), parsed.port);
    if (error != std::errc{} || end != url.data() + url.size()) return std::nullopt;
  }
  return parsed.host.empty() || parsed.port == 0 ? std::nullopt : std::optional(parsed);
}

void HttpClient::connect(const Endpoint& endpoint, Duration timeout, Connected connected) {
  const Timing& timing = core_.config.timing;
  response_.reset();
  state_ = State::Connecting;
  endpoint_ = endpoint;
  connecting_ = std::move(connected);
  const Duration before = endpoint.tls ? timing.socket_open_tls : timing.socket_open_plain;
  timer_ = core_.events.after(before, Owner::Firmware, [this, timeout] {
    link_ = core_.data.open(endpoint_, *this);
    timer_ = core_.events.after(timeout, Owner::Firmware, [this] { fail(HttpFailure::Network); });
  });
}

void HttpClient::opened() { finishConnecting(std::nullopt); }

void HttpClient::openFailed(OpenError error) {
  link_ = 0;
  fail(error == OpenError::Dns ? HttpFailure::Dns : HttpFailure::Network);
}

void HttpClient::finishConnecting(std::optional<HttpFailure> failure) {
  core_.events.cancel(std::exchange(timer_, 0));
  state_ = failure ? State::Disconnected : State::Connected;
  std::exchange(connecting_, nullptr)(failure);
}

void HttpClient::request(const Request& request, std::size_t body_max, Duration timeout, Answered answered) {
  response_ = std::make_unique<HttpResponse>(request.method == "HEAD", body_max);
  answering_ = std::move(answered);
  timer_ = core_.events.after(timeout, Owner::Firmware, [this] { fail(HttpFailure::Network); });
  std::string text = request.method + " " + request.target + " HTTP/1.1\r\n";
  text += "Host: " + endpoint_.host;
  const bool usual = endpoint_.port == (endpoint_.tls ? kHttpsPort : kHttpPort);
  if (!usual) text += ":" + std::to_string(endpoint_.port);
  text += "\r\n" + request.headers;
  if (!request.body.empty()) text += "Content-Length: " + std::to_string(request.body.size()) + "\r\n";
  text += "\r\n" + request.body;
  core_.data.send(link_, text);
}

void HttpClient::received(std::string bytes) {
  core_.sleep.touch();
  if (answering_ == nullptr) return;  // nobody has asked
  if (!response_->feed(bytes)) {
    return fail(response_->tooLong() ? HttpFailure::NoMemory : HttpFailure::NotHttp);
  }
  if (response_->complete()) finishAnswer(response_->status());
}

void HttpClient::closed() {
  link_ = 0;
  if (answering_ != nullptr && response_->feedEnd()) {
    state_ = State::Disconnected;
    return finishAnswer(response_->status());
  }
  fail(HttpFailure::Network);
}

void HttpClient::finishAnswer(unsigned status) {
  core_.events.cancel(std::exchange(timer_, 0));
  if (!response_->keepAlive()) cut();
  std::exchange(answering_, nullptr)(status);
}

// The connection is of no more use; whoever waits is told.
void HttpClient::fail(HttpFailure failure) {
  core_.events.cancel(std::exchange(timer_, 0));
  cut();
  if (connecting_ != nullptr) return finishConnecting(failure);
  if (const Answered told = std::exchange(answering_, nullptr)) told(static_cast<unsigned>(failure));
}

void HttpClient::cut() {
  if (link_ != 0) core_.data.close(std::exchange(link_, 0));
  state_ = State::Disconnected;
}

void HttpClient::disconnect() {
  cut();
  reset();
}

void HttpClient::bearerClosed() {
  if (state_ != State::Disconnected) fail(HttpFailure::Network);
}

void HttpClient::bearerLost() {
  link_ = 0;
  bearerClosed();
}

void HttpClient::reset() {
  core_.events.cancel(std::exchange(timer_, 0));
  state_ = State::Disconnected;
  link_ = 0;
  connecting_ = nullptr;
  answering_ = nullptr;
}

}  // namespace smartkar::modem_sim
