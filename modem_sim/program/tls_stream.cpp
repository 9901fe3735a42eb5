#include "modem_sim/program/tls_stream.hpp"

#include <arpa/inet.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <array>

namespace smartkar::modem_sim {
namespace {

struct FreeBio {
  void operator()(BIO* bio) const { BIO_free(bio); }
};
struct FreeX509 {
  void operator()(X509* certificate) const { X509_free(certificate); }
};
struct FreeKey {
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
};
using Bio = std::unique_ptr<BIO, FreeBio>;
using Certificate = std::unique_ptr<X509, FreeX509>;

Bio memory(const std::string& bytes) { return Bio(BIO_new_mem_buf(bytes.data(), static_cast<int>(bytes.size()))); }
bool isPem(const std::string& bytes) { return bytes.find("-----BEGIN") != std::string::npos; }

Certificate readCertificate(BIO* bio, bool pem) {
  return Certificate(pem ? PEM_read_bio_X509(bio, nullptr, nullptr, nullptr) : d2i_X509_bio(bio, nullptr));
}

bool addCa(SSL_CTX* context, const std::string& bytes) {
  const Bio bio = memory(bytes);
  int count = 0;
  while (const Certificate certificate = readCertificate(bio.get(), isPem(bytes))) {
    X509_STORE_add_cert(SSL_CTX_get_cert_store(context), certificate.get());
    ++count;
  }
  ERR_clear_error();  // the end of the file is reported as an error
  return count > 0;
}

bool useCertificate(SSL_CTX* context, const TlsOptions& options) {
  const Bio bio = memory(options.certificate);
  const Certificate own = readCertificate(bio.get(), isPem(options.certificate));
  if (!own || SSL_CTX_use_certificate(context, own.get()) != 1) return false;
  while (Certificate issuer = readCertificate(bio.get(), isPem(options.certificate))) {
    SSL_CTX_add0_chain_cert(context, issuer.release());
  }
  const Bio key_bio = memory(options.key);
  const std::unique_ptr<EVP_PKEY, FreeKey> key(isPem(options.key)
                                                   ? PEM_read_bio_PrivateKey(key_bio.get(), nullptr, nullptr, nullptr)
                                                   : d2i_PrivateKey_bio(key_bio.get(), nullptr));
  ERR_clear_error();
  return key && SSL_CTX_use_PrivateKey(context, key.get()) == 1 && SSL_CTX_check_private_key(context) == 1;
}

bool isAddress(const std::string& name) {
  std::array<unsigned char, sizeof(in6_addr)> address{};
  return inet_pton(AF_INET, name.c_str(), address.data()) == 1 ||
         inet_pton(AF_INET6, name.c_str(), address.data()) == 1;
}

void expectName(SSL* ssl, const std::string& name) {
  if (name.empty()) return;
  if (isAddress(name)) {
    X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(ssl), name.c_str());
  } else {
    SSL_set_tlsext_host_name(ssl, name.c_str());
    SSL_set1_host(ssl, name.c_str());
  }
}

}  // namespace

std::unique_ptr<TlsStream> TlsStream::make(const TlsOptions& options, int socket) {
  std::unique_ptr<TlsStream> stream(new TlsStream);
  stream->context_.reset(SSL_CTX_new(TLS_client_method()));
  SSL_CTX* context = stream->context_.get();
  SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
  SSL_CTX_set_max_proto_version(context, TLS1_2_VERSION);
  if (!options.ca.empty()) {
    if (!addCa(context, options.ca)) return nullptr;
    SSL_CTX_set_verify(context, SSL_VERIFY_PEER, nullptr);
  }
  if (!options.certificate.empty() && !useCertificate(context, options)) return nullptr;
  stream->ssl_.reset(SSL_new(context));
  SSL* ssl = stream->ssl_.get();
  if (options.check_time) {
    X509_VERIFY_PARAM_set_time(SSL_get0_param(ssl), unixSeconds(*options.check_time));
  } else {
    X509_VERIFY_PARAM_set_flags(SSL_get0_param(ssl), X509_V_FLAG_NO_CHECK_TIME);
  }
  expectName(ssl, options.server_name);
  SSL_set_fd(ssl, socket);
  SSL_set_connect_state(ssl);
  SSL_set_mode(ssl, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  return stream;
}

TlsStream::Status TlsStream::status(int result) const {
  const int error = SSL_get_error(ssl_.get(), result);
  ERR_clear_error();
  switch (error) {
    case SSL_ERROR_NONE:
      return Status::Done;
    case SSL_ERROR_WANT_READ:
      return Status::WantRead;
    case SSL_ERROR_WANT_WRITE:
      return Status::WantWrite;
    case SSL_ERROR_ZERO_RETURN:
      return Status::Closed;
    default:
      return Status::Failed;
  }
}

TlsStream::Status TlsStream::handshake() { return status(SSL_do_handshake(ssl_.get())); }

OpenError TlsStream::openError() const {
  switch (SSL_get_verify_result(ssl_.get())) {
    case X509_V_ERR_CERT_NOT_YET_VALID:
    case X509_V_ERR_CERT_HAS_EXPIRED:
      return OpenError::CertificateTime;
    case X509_V_ERR_HOSTNAME_MISMATCH:
    case X509_V_ERR_IP_ADDRESS_MISMATCH:
      return OpenError::CertificateName;
    default:
      return OpenError::Tls;
  }
}

TlsStream::Status TlsStream::read(std::string& into, std::size_t enough) {
  std::array<char, 4096> buffer{};
  while (into.size() < enough || SSL_pending(ssl_.get()) > 0) {
    const int count = SSL_read(ssl_.get(), buffer.data(), static_cast<int>(buffer.size()));
    if (count <= 0) return status(count);
    into.append(buffer.data(), static_cast<std::size_t>(count));
  }
  return Status::WantRead;
}

TlsStream::Status TlsStream::write(std::string& bytes) {
  while (!bytes.empty()) {
    const int count = SSL_write(ssl_.get(), bytes.data(), static_cast<int>(bytes.size()));
    if (count <= 0) return status(count);
    bytes.erase(0, static_cast<std::size_t>(count));
  }
  return Status::Done;
}

void TlsStream::close() {
  SSL_shutdown(ssl_.get());
  ERR_clear_error();
}

}  // namespace smartkar::modem_sim
