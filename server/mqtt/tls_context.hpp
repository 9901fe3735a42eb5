#pragma once

#include <boost/asio/ssl/context.hpp>
#include <filesystem>
#include <memory>
#include <string>

#include "base/result.hpp"

namespace smartkar::server {

// PEM files of one end of a connection.
struct TlsFiles {
  std::filesystem::path ca;    // the only authority that is trusted
  std::filesystem::path cert;  // our certificate, with its chain
  std::filesystem::path key;

  friend bool operator==(const TlsFiles&, const TlsFiles&) = default;
};

// What a client needs for TLS 1.2 or later. Fails with a sentence that names the file that cannot be used.
Result<std::shared_ptr<boost::asio::ssl::context>, std::string> makeTlsContext(const TlsFiles& files);

}  // namespace smartkar::server
