#include "server/mqtt/tls_context.hpp"

#include <openssl/ssl.h>

namespace smartkar::server {

namespace ssl = boost::asio::ssl;

Result<std::shared_ptr<ssl::context>, std::string> makeTlsContext(const TlsFiles& files) {
  auto context = std::make_shared<ssl::context>(ssl::context::tls_client);
  SSL_CTX_set_min_proto_version(context->native_handle(), TLS1_2_VERSION);
  context->set_verify_mode(ssl::verify_peer);

  boost::system::error_code error;
  const auto failed = [&error](const std::filesystem::path& file, const char* what) {
    return Failure{file.string() + " is no usable " + what + ": " + error.message()};
  };
  if (context->load_verify_file(files.ca.string(), error); error) return failed(files.ca, "CA certificate");
  if (context->use_certificate_chain_file(files.cert.string(), error); error) return failed(files.cert, "certificate");
  if (context->use_private_key_file(files.key.string(), ssl::context::pem, error); error) {
    return failed(files.key, "private key for this certificate");
  }
  return context;
}

}  // namespace smartkar::server
