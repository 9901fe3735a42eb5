#include "device/link/tls_files.hpp"

#include "device/modem/sim7080.hpp"

namespace smartkar::device {
namespace {

constexpr int kRefusalsBeforeRenewal = 3;
// The modem has no flow control: a file goes in pieces (docs/sources.md, files).
constexpr std::size_t kFileChunk = 1024;

}  // namespace

void TlsFiles::note(const Done& connected) {
  if (connected.ok()) refusals_ = 0;
  if (connected.ok() || connected.error() != LinkError::Refused) return;
  if (renewed_ || ++refusals_ < kRefusalsBeforeRenewal) return;
  suspect_ = renewed_ = true;
}

Task<TlsFiles::Done> TlsFiles::provide(std::string_view host) {
  Done done = co_await provideFiles();
  if (!done.ok()) co_return done;
  for (const AtCommand& command : sim7080::kTlsSettings) {
    done = co_await sender_.send(command);
    if (!done.ok()) co_return done;
  }
  done = co_await sender_.send(sim7080::tlsServerName(sender_.line(), host));
  co_return done;
}

Task<TlsFiles::Done> TlsFiles::provideFiles() {
  Done done = co_await beginFiles();
  if (!done.ok()) co_return done;
  bool ca_due = suspect_;
  bool pair_due = suspect_;
  done = co_await findMissing(ca_due, pair_due);
  if (ca_due || pair_due)
    suspect_ = true;  // until all are converted: a cancelled upload leaves a file of the right size
  if (done.ok() && ca_due) done = co_await writeFile(identity_.ca);
  if (done.ok() && pair_due) done = co_await writePair();
  const Done ended = co_await sender_.send(sim7080::kFilesEnd);
  if (!done.ok()) co_return done;
  if (!ended.ok()) co_return ended;
  done = co_await convert(ca_due, pair_due);
  if (done.ok()) suspect_ = false;
  co_return done;
}

Task<TlsFiles::Done> TlsFiles::beginFiles() {
  Done done = co_await sender_.send(sim7080::kFilesBegin);
  if (done.ok() || done.error() != LinkError::Refused) co_return done;
  co_await sender_.trySend(sim7080::kFilesEnd);  // left open by an earlier run
  done = co_await sender_.send(sim7080::kFilesBegin);
  co_return done;
}

// Sets what is missing; what is due already is not looked for. The certificate stands for its key, which is written
// before it.
Task<TlsFiles::Done> TlsFiles::findMissing(bool& ca_due, bool& pair_due) {
  Done done;
  if (!ca_due) done = co_await find(identity_.ca, ca_due);
  if (done.ok() && !pair_due) done = co_await find(identity_.certificate, pair_due);
  co_return done;
}

Task<TlsFiles::Done> TlsFiles::find(const ModemFile& file, bool& missing) {
  if (file.name.empty()) co_return Done{};
  const auto answer = co_await sender_.at().run(sim7080::fileSize(sender_.line(), file.name));
  if (!answer.ok() && answer.error().kind != AtError::Kind::Error) co_return Failure{linkError(answer.error())};
  missing = !answer.ok() || sim7080::parseFileSize(answer->last()) != file.pem.size();
  co_return Done{};
}

Task<TlsFiles::Done> TlsFiles::writePair() {
  if (identity_.certificate.name.empty()) co_return Done{};
  Done done = co_await writeFile(identity_.key);
  if (done.ok()) done = co_await writeFile(identity_.certificate);
  co_return done;
}

Task<TlsFiles::Done> TlsFiles::writeFile(const ModemFile& file) {
  for (std::size_t sent = 0; sent < file.pem.size(); sent += kFileChunk) {
    const std::string_view chunk = file.pem.substr(sent, kFileChunk);
    const Done done = co_await sender_.send(sim7080::fileWrite(sender_.line(), file.name, chunk, sent > 0));
    if (!done.ok()) co_return done;
  }
  const auto answer = co_await sender_.at().run(sim7080::fileSize(sender_.line(), file.name));
  if (!answer.ok()) co_return Failure{linkError(answer.error())};
  if (sim7080::parseFileSize(answer->last()) != file.pem.size()) co_return Failure{LinkError::Refused};
  co_return Done{};
}

Task<TlsFiles::Done> TlsFiles::convert(bool ca_written, bool pair_written) {
  if (ca_written) {
    const Done done = co_await sender_.send(sim7080::tlsConvertCa(sender_.line(), identity_.ca.name));
    if (!done.ok()) co_return done;
  }
  if (pair_written && !identity_.certificate.name.empty()) {
    const auto command = sim7080::tlsConvertCertificate(sender_.line(), identity_.certificate.name, identity_.key.name);
    const Done done = co_await sender_.send(command);
    if (!done.ok()) co_return done;
  }
  co_return Done{};
}

}  // namespace smartkar::device
