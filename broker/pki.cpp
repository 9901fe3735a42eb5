#include "broker/pki.hpp"

#include <arpa/inet.h>
#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include "protocol/topics.hpp"

namespace smartkar::broker {
namespace {

template <auto release>
struct Release {
  template <class T>
  void operator()(T* object) const {
    release(object);
  }
};
using Key = std::unique_ptr<EVP_PKEY, Release<EVP_PKEY_free>>;
using Certificate = std::unique_ptr<X509, Release<X509_free>>;
using RevocationList = std::unique_ptr<X509_CRL, Release<X509_CRL_free>>;
using RevokedEntry = std::unique_ptr<X509_REVOKED, Release<X509_REVOKED_free>>;
using Extension = std::unique_ptr<X509_EXTENSION, Release<X509_EXTENSION_free>>;
using BigNumber = std::unique_ptr<BIGNUM, Release<BN_free>>;
using Asn1Integer = std::unique_ptr<ASN1_INTEGER, Release<ASN1_INTEGER_free>>;
using Asn1Time = std::unique_ptr<ASN1_TIME, Release<ASN1_TIME_free>>;
using Bio = std::unique_ptr<BIO, Release<BIO_free_all>>;

constexpr std::int64_t kDay = 86400;
// Cars whose clock has not been set yet, and hosts a little behind, must not see a certificate from the future.
constexpr std::int64_t kValidBefore = kDay;
// As long as a car lives, because nobody renews a certificate in a parked car. Ends before 2050 for installations of
// this decade: later dates need another encoding (RFC 5280 section 4.1.2.5), which small TLS stacks may not read.
constexpr std::int64_t kValidFor = 20 * (365 * kDay);

constexpr std::array<const char*, 3> kOwnHosts = {"localhost", "127.0.0.1", "::1"};

Failure<Problem> cryptoFailed(const char* what) {
  const unsigned long code = ERR_get_error();
  const char* reason = code != 0 ? ERR_reason_error_string(code) : nullptr;
  ERR_clear_error();
  return Failure{Problem{ProvisionError::CryptoFailed,
                         std::string("OpenSSL could not ") + what + (reason ? std::string(": ") + reason : "")}};
}

std::string text(BIO* bio) {
  char* data = nullptr;
  const long size = BIO_get_mem_data(bio, &data);
  return {data, static_cast<std::size_t>(size)};
}

std::string pem(X509* certificate) {
  const Bio bio(BIO_new(BIO_s_mem()));
  PEM_write_bio_X509(bio.get(), certificate);
  return text(bio.get());
}

// The traditional form (PKCS #1, SEC 1), which readers of every age understand.
std::string pem(EVP_PKEY* key) {
  const Bio bio(BIO_new(BIO_s_mem()));
  PEM_write_bio_PrivateKey_traditional(bio.get(), key, nullptr, nullptr, 0, nullptr, nullptr);
  return text(bio.get());
}

Bio reader(const std::string& pem_text) {
  return Bio(BIO_new_mem_buf(pem_text.data(), static_cast<int>(pem_text.size())));
}

Certificate readCertificate(const std::string& pem_text) {
  Certificate certificate(PEM_read_bio_X509(reader(pem_text).get(), nullptr, nullptr, nullptr));
  ERR_clear_error();
  return certificate;
}

bool isAddress(std::string_view host) {
  const std::string copy(host);
  std::array<unsigned char, sizeof(in6_addr)> bytes{};
  return inet_pton(AF_INET, copy.c_str(), bytes.data()) == 1 || inet_pton(AF_INET6, copy.c_str(), bytes.data()) == 1;
}

std::string alternativeNames(std::span<const std::string> hosts) {
  std::vector<std::string> all(hosts.begin(), hosts.end());
  for (const char* own : kOwnHosts) {
    if (std::find(all.begin(), all.end(), own) == all.end()) all.emplace_back(own);
  }
  std::string names;
  for (const std::string& host : all) {
    if (!names.empty()) names += ',';
    names += (isAddress(host) ? "IP:" : "DNS:") + host;
  }
  return names;
}

struct ExtensionText {
  int nid;
  std::string value;  // in the language of OpenSSL's configuration files
};

bool addExtensions(X509* certificate, X509* issuer, std::span<const ExtensionText> extensions) {
  X509V3_CTX context;
  X509V3_set_ctx_nodb(&context);
  X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
  for (const ExtensionText& wanted : extensions) {
    const Extension extension(X509V3_EXT_conf_nid(nullptr, &context, wanted.nid, wanted.value.c_str()));
    if (!extension || X509_add_ext(certificate, extension.get(), -1) != 1) return false;
  }
  return true;
}

// 127 random bits: unguessable and positive (RFC 5280 section 4.1.2.2).
bool setRandomSerial(X509* certificate) {
  const BigNumber number(BN_new());
  return number && BN_rand(number.get(), 127, BN_RAND_TOP_ONE, BN_RAND_BOTTOM_ANY) == 1 &&
         BN_to_ASN1_INTEGER(number.get(), X509_get_serialNumber(certificate)) != nullptr;
}

bool setName(X509* certificate, std::string_view name) {
  return X509_NAME_add_entry_by_NID(X509_get_subject_name(certificate), NID_commonName, MBSTRING_UTF8,
                                    reinterpret_cast<const unsigned char*>(name.data()), static_cast<int>(name.size()),
                                    -1, 0) == 1;
}

bool setValidity(X509* certificate, UnixTime now) {
  return ASN1_TIME_set(X509_getm_notBefore(certificate), unixSeconds(now) - kValidBefore) != nullptr &&
         ASN1_TIME_set(X509_getm_notAfter(certificate), unixSeconds(now) + kValidFor) != nullptr;
}

struct Signer {
  X509* certificate;  // nullptr: the new certificate signs itself
  EVP_PKEY* key;
};

Result<Identity, Problem> issue(std::string_view name, const Key& key, Signer signer,
                                std::span<const ExtensionText> extensions, UnixTime now) {
  const Certificate certificate(X509_new());
  if (!key || !certificate) return cryptoFailed("make a key");
  X509* const issuer = signer.certificate != nullptr ? signer.certificate : certificate.get();
  const bool signed_ok =
      X509_set_version(certificate.get(), X509_VERSION_3) == 1 && setRandomSerial(certificate.get()) &&
      setName(certificate.get(), name) && setValidity(certificate.get(), now) &&
      X509_set_issuer_name(certificate.get(), X509_get_subject_name(issuer)) == 1 &&
      X509_set_pubkey(certificate.get(), key.get()) == 1 && addExtensions(certificate.get(), issuer, extensions) &&
      X509_sign(certificate.get(), signer.key, EVP_sha256()) > 0;
  if (!signed_ok) return cryptoFailed("sign a certificate");
  return Identity{pem(certificate.get()), pem(key.get())};
}

Key newP256Key() { return Key(EVP_EC_gen("P-256")); }

// The modem lists suites for ECDSA and RSA servers (0xC02B, 0xC02F; AT Manual V1.05 §11.2.1), but a suite says nothing
// about the client's key, and neither the manual nor the SSL application note names the key types that
// AT+CSSLCFG="CONVERT" takes. RSA-2048 is the one every TLS 1.2 client can sign with; its price, about 1 kB more in a
// full handshake, is small beside a car that cannot connect.
Key newDeviceKey() { return Key(EVP_RSA_gen(2048U)); }

bool addRevoked(X509_CRL* list, const RevokedCertificate& revoked) {
  BIGNUM* parsed = nullptr;
  const int digits = BN_hex2bn(&parsed, revoked.serial.c_str());
  const BigNumber number(parsed);
  if (digits == 0 || static_cast<std::size_t>(digits) != revoked.serial.size()) return false;
  const Asn1Integer serial(BN_to_ASN1_INTEGER(number.get(), nullptr));
  const Asn1Time time(ASN1_TIME_set(nullptr, unixSeconds(revoked.revoked_at)));
  RevokedEntry entry(X509_REVOKED_new());
  if (!serial || !time || !entry || X509_REVOKED_set_serialNumber(entry.get(), serial.get()) != 1 ||
      X509_REVOKED_set_revocationDate(entry.get(), time.get()) != 1 || X509_CRL_add0_revoked(list, entry.get()) != 1) {
    return false;
  }
  static_cast<void>(entry.release());  // the list owns it now
  return true;
}

}  // namespace

struct CertificateAuthority::Parts {
  Certificate certificate;
  Key key;
};

CertificateAuthority::CertificateAuthority(Identity identity, std::unique_ptr<Parts> parts)
    : identity_(std::move(identity)), parts_(std::move(parts)) {}
CertificateAuthority::CertificateAuthority(CertificateAuthority&&) noexcept = default;
CertificateAuthority& CertificateAuthority::operator=(CertificateAuthority&&) noexcept = default;
CertificateAuthority::~CertificateAuthority() = default;

Result<CertificateAuthority, Problem> CertificateAuthority::create(std::string_view name, UnixTime now) {
  const Key key = newP256Key();
  const std::array<ExtensionText, 3> extensions = {{{NID_basic_constraints, "critical,CA:TRUE,pathlen:0"},
                                                    {NID_key_usage, "critical,keyCertSign,cRLSign"},
                                                    {NID_subject_key_identifier, "hash"}}};
  auto identity = issue(name, key, {nullptr, key.get()}, extensions, now);
  if (!identity) return Failure{identity.error()};
  return load(*identity);
}

Result<CertificateAuthority, Problem> CertificateAuthority::load(const Identity& identity) {
  auto parts = std::make_unique<Parts>();
  parts->certificate = readCertificate(identity.certificate);
  parts->key.reset(PEM_read_bio_PrivateKey(reader(identity.key).get(), nullptr, nullptr, nullptr));
  const bool fits =
      parts->certificate && parts->key && X509_check_private_key(parts->certificate.get(), parts->key.get()) == 1;
  ERR_clear_error();
  if (!fits) {
    return Failure{Problem{ProvisionError::Damaged, "certificate and key of the certificate authority do not fit"}};
  }
  return CertificateAuthority(identity, std::move(parts));
}

Result<Identity, Problem> CertificateAuthority::issueHost(std::string_view name, std::span<const std::string> hosts,
                                                          UnixTime now) const {
  for (const std::string& host : hosts) {
    if (!validHost(host)) {
      return Failure{Problem{ProvisionError::InvalidArgument, "'" + host + "' is no host name and no IP address"}};
    }
  }
  // The modem checks the name it dialled, other clients likewise, so all names are alternatives, none is the subject.
  const std::array<ExtensionText, 6> extensions = {{{NID_basic_constraints, "critical,CA:FALSE"},
                                                    {NID_key_usage, "critical,digitalSignature"},
                                                    {NID_ext_key_usage, "serverAuth"},
                                                    {NID_subject_key_identifier, "hash"},
                                                    {NID_authority_key_identifier, "keyid:always"},
                                                    {NID_subject_alt_name, alternativeNames(hosts)}}};
  return issue(name, newP256Key(), {parts_->certificate.get(), parts_->key.get()}, extensions, now);
}

Result<Identity, Problem> CertificateAuthority::issueDevice(std::string_view ccid, UnixTime now) const {
  if (!protocol::validCcid(ccid)) {
    return Failure{Problem{ProvisionError::InvalidArgument,
                           "'" + std::string(ccid) + "' is no CCID: it must have 19 or 20 digits"}};
  }
  const std::array<ExtensionText, 5> extensions = {{{NID_basic_constraints, "critical,CA:FALSE"},
                                                    {NID_key_usage, "critical,digitalSignature"},
                                                    {NID_ext_key_usage, "clientAuth"},
                                                    {NID_subject_key_identifier, "hash"},
                                                    {NID_authority_key_identifier, "keyid:always"}}};
  return issue(ccid, newDeviceKey(), {parts_->certificate.get(), parts_->key.get()}, extensions, now);
}

Result<std::string, Problem> CertificateAuthority::revocationList(std::span<const RevokedCertificate> revoked,
                                                                  UnixTime now) const {
  const RevocationList list(X509_CRL_new());
  const Asn1Time from(ASN1_TIME_set(nullptr, unixSeconds(now) - kValidBefore));
  // With an outdated list OpenSSL refuses every client, not only the revoked, so it lasts as long as the authority.
  const bool headed = list && from && X509_CRL_set_version(list.get(), X509_CRL_VERSION_2) == 1 &&
                      X509_CRL_set_issuer_name(list.get(), X509_get_subject_name(parts_->certificate.get())) == 1 &&
                      X509_CRL_set1_lastUpdate(list.get(), from.get()) == 1 &&
                      X509_CRL_set1_nextUpdate(list.get(), X509_get0_notAfter(parts_->certificate.get())) == 1;
  if (!headed) return cryptoFailed("make a revocation list");
  for (const RevokedCertificate& certificate : revoked) {
    if (!addRevoked(list.get(), certificate)) {
      return Failure{Problem{ProvisionError::Damaged, "'" + certificate.serial + "' is no serial number"}};
    }
  }
  if (X509_CRL_sort(list.get()) != 1 || X509_CRL_sign(list.get(), parts_->key.get(), EVP_sha256()) <= 0) {
    return cryptoFailed("sign a revocation list");
  }
  const Bio bio(BIO_new(BIO_s_mem()));
  PEM_write_bio_X509_CRL(bio.get(), list.get());
  return text(bio.get());
}

Result<Identity, Problem> makePinnedClient(std::string_view name, UnixTime now) {
  const Key key = newP256Key();
  const std::array<ExtensionText, 3> extensions = {{{NID_basic_constraints, "critical,CA:FALSE"},
                                                    {NID_key_usage, "critical,digitalSignature"},
                                                    {NID_ext_key_usage, "clientAuth"}}};
  return issue(name, key, {nullptr, key.get()}, extensions, now);
}

bool validHost(std::string_view host) {
  if (isAddress(host)) return true;
  const auto allowed = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '.';
  };
  // 253: RFC 1035 section 2.3.4 without the length bytes. Digits and dots alone would be a mistyped address.
  return !host.empty() && host.size() <= 253 && host.front() != '.' && host.front() != '-' && host.back() != '.' &&
         std::all_of(host.begin(), host.end(), allowed) && host.find("..") == std::string_view::npos &&
         host.find_first_not_of("0123456789.") != std::string_view::npos;
}

Result<std::string, Problem> certificateSerial(const std::string& certificate_pem) {
  const Certificate certificate = readCertificate(certificate_pem);
  if (!certificate) return Failure{Problem{ProvisionError::Damaged, "this is no certificate in PEM form"}};
  const BigNumber number(ASN1_INTEGER_to_BN(X509_get0_serialNumber(certificate.get()), nullptr));
  char* const hex = BN_bn2hex(number.get());
  std::string serial(hex);
  OPENSSL_free(hex);
  return serial;
}

}  // namespace smartkar::broker
