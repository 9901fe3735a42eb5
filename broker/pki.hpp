#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "base/time.hpp"
#include "broker/problem.hpp"

namespace smartkar::broker {

// A certificate and its private key, both PEM.
struct Identity {
  std::string certificate;
  std::string key;
};

// A certificate that is no longer accepted.
struct RevokedCertificate {
  std::string serial;  // upper-case hex, as certificateSerial() gives it
  UnixTime revoked_at{};
};

// The root of trust of one installation: signs the broker's and the cars' certificates.
class CertificateAuthority {
 public:
  // Makes a new one with a new key. name: its common name. now: certificates are valid from a day before.
  // Fails with CryptoFailed.
  static Result<CertificateAuthority, Problem> create(std::string_view name, UnixTime now);
  // Takes up an existing one. Fails with Damaged if the PEM texts do not hold a certificate and its key.
  static Result<CertificateAuthority, Problem> load(const Identity& identity);

  CertificateAuthority(CertificateAuthority&&) noexcept;
  CertificateAuthority& operator=(CertificateAuthority&&) noexcept;
  ~CertificateAuthority();

  const Identity& identity() const { return identity_; }

  // A certificate for what cars connect to. name: its common name, for people. hosts: DNS names and IP addresses cars
  // reach it by; localhost, 127.0.0.1 and ::1 are always added. Fails with InvalidArgument for a host that is neither,
  // or CryptoFailed.
  Result<Identity, Problem> issueHost(std::string_view name, std::span<const std::string> hosts, UnixTime now) const;

  // A certificate for a car; ccid becomes its common name and so its name at the broker.
  // Fails with InvalidArgument if ccid is not 19 or 20 digits, or CryptoFailed.
  Result<Identity, Problem> issueDevice(std::string_view ccid, UnixTime now) const;

  // The signed list (PEM) of certificates the broker must refuse. Fails with Damaged for a serial that is no hex
  // number, or CryptoFailed.
  Result<std::string, Problem> revocationList(std::span<const RevokedCertificate> revoked, UnixTime now) const;

 private:
  struct Parts;
  CertificateAuthority(Identity identity, std::unique_ptr<Parts> parts);

  Identity identity_;
  std::unique_ptr<Parts> parts_;
};

// A self-signed client certificate, trusted only by who holds that very certificate. name: its common name.
// Fails with CryptoFailed.
Result<Identity, Problem> makePinnedClient(std::string_view name, UnixTime now);

// True for a DNS name or an IP address.
bool validHost(std::string_view host);

// Serial number of a PEM certificate, upper-case hex. Fails with Damaged.
Result<std::string, Problem> certificateSerial(const std::string& certificate);

}  // namespace smartkar::broker
