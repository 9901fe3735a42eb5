#include "server/tcp/tls_entrance.hpp"

#include <openssl/ssl.h>
#include <openssl/x509_vfy.h>

#include <system_error>
#include <utility>

namespace smartkar::server {

namespace ssl = boost::asio::ssl;
namespace fs = std::filesystem;

namespace {

// Suites: as at the broker, those of the modem's list (AT Manual V1.05 §11.2.1) that fit an ECDSA certificate, keep
// past traffic secret when a key leaks, and authenticate what they encrypt.
constexpr const char* kSuites = "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES256-GCM-SHA384";

fs::file_time_type timeOf(const fs::path& file) {
  std::error_code absent;
  const auto time = fs::last_write_time(file, absent);
  return absent ? fs::file_time_type::min() : time;
}

void restrict(SSL_CTX* context) {
  SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
  SSL_CTX_set_cipher_list(context, kSuites);
  // A session taken up again would not be held against the list of revoked certificates.
  SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
  SSL_CTX_set_options(context, SSL_OP_NO_TICKET | SSL_OP_NO_RENEGOTIATION);
}

bool loadRevoked(SSL_CTX* context, const fs::path& file) {
  X509_STORE* const store = SSL_CTX_get_cert_store(context);
  X509_LOOKUP* const lookup = X509_STORE_add_lookup(store, X509_LOOKUP_file());
  return lookup != nullptr && X509_load_crl_file(lookup, file.c_str(), X509_FILETYPE_PEM) == 1 &&
         X509_STORE_set_flags(store, X509_V_FLAG_CRL_CHECK) == 1;
}

Result<TlsEntrance::Context, std::string> makeContext(const EntranceFiles& files) {
  auto context = std::make_shared<ssl::context>(ssl::context::tls_server);
  restrict(context->native_handle());
  context->set_verify_mode(ssl::verify_peer | ssl::verify_fail_if_no_peer_cert);

  boost::system::error_code error;
  const auto failed = [&error](const fs::path& file, const char* what) {
    return Failure{file.string() + " is no usable " + what + ": " + error.message()};
  };
  if (context->load_verify_file(files.ca.string(), error); error) return failed(files.ca, "CA certificate");
  if (context->use_certificate_chain_file(files.cert.string(), error); error) return failed(files.cert, "certificate");
  if (context->use_private_key_file(files.key.string(), ssl::context::pem, error); error) {
    return failed(files.key, "private key for this certificate");
  }
  if (!files.revoked.empty() && !loadRevoked(context->native_handle(), files.revoked)) {
    return Failure{files.revoked.string() + " is no usable list of revoked certificates"};
  }
  return context;
}

}  // namespace

TlsEntrance::TlsEntrance(EntranceFiles files, Context context, Time list_time, LogSink& sink)
    : files_(std::move(files)), context_(std::move(context)), list_time_(list_time), log_(sink, "tcp") {}

Result<TlsEntrance, std::string> TlsEntrance::open(const EntranceFiles& files, LogSink& sink) {
  const Time list_time = timeOf(files.revoked);
  auto context = makeContext(files);
  if (!context) return Failure{context.error()};
  return TlsEntrance(files, *std::move(context), list_time, sink);
}

TlsEntrance::Context TlsEntrance::context() {
  const Time list_time = timeOf(files_.revoked);
  if (list_time == list_time_) return context_;
  list_time_ = list_time;
  auto context = makeContext(files_);
  if (context) {
    context_ = *std::move(context);
  } else {
    log_.error("%s; the list read before stays in force", context.error().c_str());
  }
  return context_;
}

}  // namespace smartkar::server
