#include "mqtt/interop_client_test.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/ssl.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <stdexcept>
#include <utility>
#include <vector>

namespace smartkar::mqtt {
namespace {

Instant now() {
  return Instant(std::chrono::duration_cast<Duration>(std::chrono::steady_clock::now().time_since_epoch()));
}

void require(bool condition, const char* what) {
  if (!condition) throw std::runtime_error(what);
}

int connectTo(std::uint16_t port) {
  const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  require(::connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0, "cannot connect");
  const int on = 1;
  ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  return fd;
}

}  // namespace

Stream::Stream(std::uint16_t port, const std::filesystem::path& ca_file) : fd_(connectTo(port)) {
  if (!ca_file.empty()) {
    context_.reset(SSL_CTX_new(TLS_client_method()), SSL_CTX_free);
    SSL_CTX_set_verify(context_.get(), SSL_VERIFY_PEER, nullptr);
    SSL_CTX_set_mode(context_.get(), SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
    require(SSL_CTX_load_verify_locations(context_.get(), ca_file.c_str(), nullptr) == 1, "cannot load CA");
    tls_.reset(SSL_new(context_.get()), SSL_free);
    SSL_set_fd(tls_.get(), fd_);
    require(SSL_set1_host(tls_.get(), "localhost") == 1, "cannot set the expected host");
    require(SSL_connect(tls_.get()) == 1, "TLS handshake failed");
  }
  ::fcntl(fd_, F_SETFL, O_NONBLOCK);
}

Stream::~Stream() { ::close(fd_); }

std::optional<std::size_t> Stream::transferred(int result) const {
  if (result > 0) return static_cast<std::size_t>(result);
  if (!tls_) return result < 0 && errno == EAGAIN ? std::optional<std::size_t>(0) : std::nullopt;
  const int error = SSL_get_error(tls_.get(), result);
  const bool later = error == SSL_ERROR_WANT_READ || error == SSL_ERROR_WANT_WRITE;
  return later ? std::optional<std::size_t>(0) : std::nullopt;
}

std::optional<std::size_t> Stream::read(std::span<std::uint8_t> into) {
  const int size = static_cast<int>(into.size());
  return transferred(tls_ ? SSL_read(tls_.get(), into.data(), size)
                          : static_cast<int>(::recv(fd_, into.data(), into.size(), 0)));
}

std::optional<std::size_t> Stream::write(Bytes bytes) {
  const int size = static_cast<int>(bytes.size());
  return transferred(tls_ ? SSL_write(tls_.get(), bytes.data(), size)
                          : static_cast<int>(::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL)));
}

void Stream::wait(bool for_writing, int timeout_milliseconds) const {
  if (tls_ && SSL_pending(tls_.get()) > 0) return;
  pollfd entry{fd_, static_cast<short>(for_writing ? POLLIN | POLLOUT : POLLIN), 0};
  ::poll(&entry, 1, timeout_milliseconds);
}

InteropClient::InteropClient(std::uint16_t port, std::filesystem::path ca_file, SessionConfig config, Sizes sizes)
    : port_(port), ca_file_(std::move(ca_file)), config_(config), sizes_(sizes) {
  makeSession();
}

void InteropClient::makeSession() {
  memory_ = std::make_unique<Memory>();
  SessionMemory view = memory_->view();
  view.inbound = view.inbound.first(sizes_.inbound);
  view.receive = view.receive.first(sizes_.receive);
  session_ = std::make_unique<ClientSession>(config_, view);
}

bool InteropClient::connect(const ConnectOptions& options) {
  stream_ = std::make_unique<Stream>(port_, ca_file_);
  disconnected.reset();
  require(session_->connect(options, now()).ok(), "connect() refused");
  until([&] { return session_->connected() || disconnected; });
  return session_->connected();
}

void InteropClient::drop() {
  stream_.reset();
  session_->transportClosed(now());
  drain();
}

void InteropClient::disconnect(ReasonCode reason, std::optional<std::uint32_t> session_expiry) {
  require(session_->disconnect(reason, now(), session_expiry).ok(), "disconnect() refused");
  until([&] { return session_->output().empty(); });
  stream_.reset();
}

bool InteropClient::until(const std::function<bool()>& condition, Duration patience) {
  const Instant end = now() + patience;
  drain();
  while (!condition()) {
    if (now() >= end || !stream_) return false;
    const Instant wake = std::min(end, session_->nextDeadline());
    transfer(std::max(0, static_cast<int>(wholeMilliseconds(wake - now())) + 1));
    session_->tick(now());
    drain();
  }
  return true;
}

void InteropClient::transfer(int timeout_milliseconds) {
  stream_->wait(!session_->output().empty(), timeout_milliseconds);
  if (!session_->output().empty()) {
    const auto written = stream_->write(session_->output());
    if (!written) return drop();
    session_->consumed(*written);
  }
  std::array<std::uint8_t, 2048> buffer;
  const auto size = stream_->read(buffer);
  if (!size) return drop();
  for (Bytes rest = Bytes(buffer).first(*size); !rest.empty();) {
    const std::size_t taken = session_->receive(rest, now());
    require(taken > 0 || !session_->active(), "receive memory full");
    rest = taken > 0 ? rest.subspan(taken) : Bytes();
    drain();
  }
}

void InteropClient::drain() {
  while (const auto event = session_->poll()) take(*event);
}

void InteropClient::take(const Event& event) {
  if (const auto* e = std::get_if<Connected>(&event)) {
    session_present = e->session_present;
    assigned_id = e->client_id;
    limits = e->limits;
  } else if (const auto* m = std::get_if<Message>(&event)) {
    std::vector<std::uint32_t> identifiers;
    std::size_t offset = 0;
    while (const auto property = m->properties.next(PropertyId::SubscriptionIdentifier, offset)) {
      identifiers.push_back(property->number);
    }
    const Bytes properties = m->properties.encoded();
    messages.push_back({std::string(m->topic),
                        std::string(asText(m->payload)),
                        m->qos,
                        m->retain,
                        m->duplicate,
                        m->packet_id,
                        m->token,
                        m->message_expiry,
                        std::move(identifiers),
                        {properties.begin(), properties.end()}});
  } else if (const auto* p = std::get_if<Published>(&event)) {
    published = p->reason;
    ++published_count;
  } else if (const auto* s = std::get_if<Subscribed>(&event)) {
    subscribed = s->reasons[0];
  } else if (std::holds_alternative<Unsubscribed>(event)) {
    unsubscribed = true;
  } else if (const auto* d = std::get_if<Disconnected>(&event)) {
    disconnected = *d;
  }
}

bool InteropClient::subscribe(std::string_view filter, Qos qos) { return subscribe({.filter = filter, .qos = qos}); }

bool InteropClient::subscribe(const Subscription& subscription, std::uint32_t identifier) {
  subscribed.reset();
  return session_->subscribe({&subscription, 1}, identifier).ok() && until([&] { return subscribed.has_value(); }) &&
         !isError(*subscribed);
}

bool InteropClient::publishAcknowledged(std::string_view topic, std::string_view payload, PublishOptions options) {
  published.reset();
  options.qos = std::max(options.qos, Qos::AtLeastOnce);
  return session_->publish(topic, asBytes(payload), options).ok() && until([&] { return published.has_value(); }) &&
         !isError(*published);
}

void InteropClient::ping() { require(session_->ping(now()).ok(), "ping() refused"); }

bool InteropClient::barrier() { return subscribe("barrier/nothing", Qos::AtMostOnce); }

std::optional<InteropClient::OwnedMessage> InteropClient::next() {
  if (!until([&] { return !messages.empty(); })) return std::nullopt;
  OwnedMessage message = std::move(messages.front());
  messages.pop_front();
  return message;
}

bool InteropClient::saveAndLoad() {
  std::vector<std::uint8_t> saved(session_->savedSize());
  if (!session_->save(saved)) return false;
  makeSession();
  return session_->load(saved, now()).ok();
}

}  // namespace smartkar::mqtt
