#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/time.hpp"

namespace smartkar::modem_sim {

// What a TLS connection is made with. File contents, not names.
struct TlsOptions {
  std::string ca;           // PEM or DER; empty: every server is trusted
  std::string certificate;  // of the client; empty: none
  std::string key;          // of the client
  std::string server_name;  // SNI and the name that the certificate must carry; empty: neither sent nor checked
  std::optional<UnixTime> check_time;  // validity dates are checked against this; nothing: not at all
};

enum class Transport : std::uint8_t { Tcp, Udp };

struct Endpoint {
  std::string host;  // name or address
  std::uint16_t port = 0;
  std::optional<TlsOptions> tls;  // nothing: plain; always so with UDP
  Transport transport = Transport::Tcp;
};

// Names a connection, or a UDP socket that speaks with one peer; never used twice.
using ConnectionId = std::uint64_t;

enum class OpenError : std::uint8_t {
  Dns,
  Refused,
  Timeout,
  CertificateTime,  // not valid yet, or no longer
  CertificateName,  // made out to another name
  Tls,              // anything else in the handshake
};

// Told about connections. Never called from inside a call to Network.
class NetworkListener {
 public:
  virtual ~NetworkListener() = default;
  // TCP and, if asked for, TLS are up; with UDP: the peer's address is known.
  virtual void onOpened(ConnectionId id) = 0;
  // It never came up; the id is gone.
  virtual void onOpenFailed(ConnectionId id, OpenError error) = 0;
  // receive() has something. Repeated only after new bytes, not for those left behind; with UDP once a datagram.
  virtual void onReadable(ConnectionId id) = 0;
  // The peer closed or the connection broke. What receive() still holds may be read until close().
  virtual void onClosed(ConnectionId id) = 0;
};

// The internet behind the radio. Time passes only outside its calls.
class Network {
 public:
  virtual ~Network() = default;
  virtual void setListener(NetworkListener& listener) = 0;
  // Begins to open; the listener hears the result.
  virtual ConnectionId open(const Endpoint& endpoint) = 0;
  // Takes all bytes; sends them in order, with UDP as one datagram. Ignored for an id that is gone.
  virtual void send(ConnectionId id, std::string_view bytes) = 0;
  // Takes what has been received so far, at most max bytes; empty if nothing. What is left behind holds up the peer.
  // With UDP: the next datagram, whole, whatever max is.
  virtual std::string receive(ConnectionId id, std::size_t max) = 0;
  // The peer's, in numbers as far as there are any; empty for an id that is not open.
  virtual std::string address(ConnectionId id) const = 0;
  // Ends it in order (TCP FIN), also while it is opening. The id is gone.
  virtual void close(ConnectionId id) = 0;
  // Our end vanishes without a word, as by a power cut: the peer notices nothing until it sends or waits too long.
  virtual void abandon(ConnectionId id) = 0;
};

}  // namespace smartkar::modem_sim
