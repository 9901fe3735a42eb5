#pragma once

#include <string_view>

#include "base/fixed_string.hpp"
#include "device/link/command_sender.hpp"

namespace smartkar::device {

// One file in the modem.
struct ModemFile {
  FixedString<20> name;  // the limit of SMSSL (§17.2.14); put a revision in it, so that a new content gets a new name
  std::string_view pem;  // 1 … 10240 bytes; must stay valid as long as the manager
};

// Whom the car trusts and who it is.
struct TlsIdentity {
  ModemFile ca;           // required: without it the modem trusts every server
  ModemFile certificate;  // empty name: no client certificate
  ModemFile key;          // takes a new name when the certificate takes one: they are written as a pair
};

// The certificates in the modem's files and its TLS context 0, which all links share: one is in use at a time.
class TlsFiles {
 public:
  // sender must outlive the object.
  TlsFiles(CommandSender& sender, const TlsIdentity& identity) : sender_(sender), identity_(identity) {}

  // Writes and converts what the modem does not have, then sets up the context, which the modem forgets at each start.
  // host: the server's name for SNI, at most 253 bytes. Refused, Timeout, NoModem: not set up.
  Task<Result<void, LinkError>> provide(std::string_view host);

  // How the attempt to connect that followed ended: after three refusals in a row the files are written again, once a
  // run.
  void note(const Result<void, LinkError>& connected);

  const TlsIdentity& identity() const { return identity_; }
  Arena& arena() { return sender_.arena(); }

 private:
  using Done = Result<void, LinkError>;

  Task<Done> provideFiles();
  Task<Done> beginFiles();
  Task<Done> findMissing(bool& ca_due, bool& pair_due);
  Task<Done> find(const ModemFile& file, bool& missing);
  Task<Done> writePair();
  Task<Done> writeFile(const ModemFile& file);
  Task<Done> convert(bool ca_written, bool pair_written);

  CommandSender& sender_;
  const TlsIdentity identity_;
  int refusals_ = 0;
  bool suspect_ = false;
  bool renewed_ = false;
};

}  // namespace smartkar::device
