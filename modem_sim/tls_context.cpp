#include "modem_sim/tls_context.hpp"

#include "modem_sim/core.hpp"

namespace smartkar::modem_sim {

std::optional<TlsOptions> tlsOptions(const Core& core, int context, const std::string& ca,
                                     const std::string& certificate) {
  const SslContext& settings = core.settings.ssl[static_cast<std::size_t>(context)];
  TlsOptions tls;
  tls.server_name = settings.server_name;
  if (settings.ignore_time == 0) tls.check_time = core.clock.utc();
  if (ca.empty() && core.config.behaviour.empty_ca == EmptyCa::Refused) return std::nullopt;
  if (!ca.empty()) {
    const auto* trusted = core.files.findCertificate(ca);
    if (trusted == nullptr) return std::nullopt;
    tls.ca = trusted->certificate;
  }
  if (!certificate.empty()) {
    const auto* own = core.files.findCertificate(certificate);
    if (own == nullptr) return std::nullopt;
    tls.certificate = own->certificate;
    tls.key = own->key;
  }
  return tls;
}

}  // namespace smartkar::modem_sim
