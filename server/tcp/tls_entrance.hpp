#pragma once

#include <boost/asio/ssl/context.hpp>
#include <filesystem>
#include <memory>
#include <string>

#include "base/log.hpp"
#include "base/result.hpp"

namespace smartkar::server {

// PEM files of the server's end of the cars' connections.
struct EntranceFiles {
  std::filesystem::path ca;       // the only authority whose cars are let in
  std::filesystem::path cert;     // our certificate, with its chain
  std::filesystem::path key;      //
  std::filesystem::path revoked;  // list of certificates that are let in no more; empty: there is none

  friend bool operator==(const EntranceFiles&, const EntranceFiles&) = default;
};

// TLS 1.2 or later for cars, which must show a certificate.
class TlsEntrance {
 public:
  using Context = std::shared_ptr<boost::asio::ssl::context>;

  // sink: outlives this. Fails with a sentence that names the file that cannot be used.
  static Result<TlsEntrance, std::string> open(const EntranceFiles& files, LogSink& sink);

  // For the next connection. Reads the files anew if the list of revoked certificates has changed; if they cannot be
  // used, those read before stay in force.
  Context context();

 private:
  using Time = std::filesystem::file_time_type;

  TlsEntrance(EntranceFiles files, Context context, Time list_time, LogSink& sink);

  EntranceFiles files_;
  Context context_;
  Time list_time_;  // of the list in force
  Log log_;
};

}  // namespace smartkar::server
