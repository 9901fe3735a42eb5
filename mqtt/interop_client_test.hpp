#pragma once

#include <deque>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "mqtt/client_session.hpp"

// OpenSSL's SSL_CTX and SSL.
struct ssl_ctx_st;
struct ssl_st;

namespace smartkar::mqtt {

// A blocking-connect, non-blocking-I/O stream to 127.0.0.1, in plain TCP or in TLS.
class Stream {
 public:
  // ca_file: trusted; empty for plain TCP.
  Stream(std::uint16_t port, const std::filesystem::path& ca_file);
  ~Stream();
  Stream(const Stream&) = delete;
  Stream& operator=(const Stream&) = delete;

  // Bytes read; 0 if there are none now; nothing at the end of the stream.
  std::optional<std::size_t> read(std::span<std::uint8_t> into);
  // Bytes written; nothing at the end of the stream.
  std::optional<std::size_t> write(Bytes bytes);
  // Returns when there may be something to read (or to write, if wanted), or at the timeout.
  void wait(bool for_writing, int timeout_milliseconds) const;

 private:
  std::optional<std::size_t> transferred(int result) const;

  int fd_ = -1;
  std::shared_ptr<ssl_ctx_st> context_;
  std::shared_ptr<ssl_st> tls_;
};

// A ClientSession on a real stream, driven by one thread. Events are copied so that tests can look at them later.
class InteropClient {
 public:
  struct OwnedMessage {
    std::string topic;
    std::string payload;
    Qos qos;
    bool retain;
    bool duplicate;
    std::uint16_t packet_id;
    AckToken token;
    std::optional<std::uint32_t> message_expiry;
    std::vector<std::uint32_t> subscription_identifiers;
    std::vector<std::uint8_t> properties;
  };
  using Memory = FixedSessionMemory<4096, 4096, 8192, 64, 1024>;

  // How much of the memory to use.
  struct Sizes {
    std::size_t inbound = 64;
    std::size_t receive = 4096;
  };

  InteropClient(std::uint16_t port, std::filesystem::path ca_file, SessionConfig config, Sizes sizes);

  // Opens the stream and connects; true if the broker accepts.
  bool connect(const ConnectOptions& options);
  // Closes the stream without DISCONNECT.
  void drop();
  void disconnect(ReasonCode reason = ReasonCode::Success, std::optional<std::uint32_t> session_expiry = std::nullopt);
  static constexpr Duration kPatience = 10s;
  // Moves bytes and time until the condition holds; false if it does not in time, or at the end of the stream.
  bool until(const std::function<bool()>& condition, Duration patience = kPatience);
  bool subscribe(std::string_view filter, Qos qos = Qos::AtLeastOnce);
  bool subscribe(const Subscription& subscription, std::uint32_t identifier = 0);
  // Publishes, at least at QoS 1, and waits until the broker owns the message.
  bool publishAcknowledged(std::string_view topic, std::string_view payload, PublishOptions options = {});
  // A round trip: whatever the broker had to send before has arrived.
  bool barrier();
  void ping();
  // Waits for the next message and takes it out; nothing after 10 s.
  std::optional<OwnedMessage> next();
  // Replaces the session by one that load() made from its save(), on the same stream.
  bool saveAndLoad();

  ClientSession& session() { return *session_; }
  std::deque<OwnedMessage> messages;
  std::optional<ReasonCode> published;
  std::size_t published_count = 0;
  std::optional<ReasonCode> subscribed;
  bool unsubscribed = false;
  std::optional<Disconnected> disconnected;
  bool session_present = false;
  std::string assigned_id;
  ServerLimits limits;

 private:
  void makeSession();
  void transfer(int timeout_milliseconds);
  void drain();
  void take(const Event& event);

  std::uint16_t port_;
  std::filesystem::path ca_file_;
  SessionConfig config_;
  Sizes sizes_;
  std::unique_ptr<Memory> memory_;
  std::unique_ptr<ClientSession> session_;
  std::unique_ptr<Stream> stream_;
};

}  // namespace smartkar::mqtt
