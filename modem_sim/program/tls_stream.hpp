#pragma once

#include <openssl/ssl.h>

#include <memory>
#include <string>
#include <string_view>

#include "modem_sim/network.hpp"

namespace smartkar::modem_sim {

// TLS 1.2 (the modem has no 1.3) over a non-blocking socket that somebody else owns.
class TlsStream {
 public:
  enum class Status { Done, WantRead, WantWrite, Closed, Failed };

  // socket: connected; outlives the stream. Null if a certificate or key cannot be read.
  static std::unique_ptr<TlsStream> make(const TlsOptions& options, int socket);

  // Goes on with the handshake.
  Status handshake();
  // Why the handshake failed.
  OpenError openError() const;
  // Appends what can be read now to `into`, no new record once that holds `enough` bytes; never Done.
  Status read(std::string& into, std::size_t enough);
  // Removes from `bytes` what was written.
  Status write(std::string& bytes);
  // Sends the closing alert, if possible.
  void close();

 private:
  struct Free {
    void operator()(SSL_CTX* context) const { SSL_CTX_free(context); }
    void operator()(SSL* ssl) const { SSL_free(ssl); }
  };
  TlsStream() = default;
  Status status(int result) const;

  std::unique_ptr<SSL_CTX, Free> context_;
  std::unique_ptr<SSL, Free> ssl_;
};

}  // namespace smartkar::modem_sim
