#include "modem_sim/http_download.hpp"

#include <utility>

#include "modem_sim/core.hpp"
#include "modem_sim/tls_context.hpp"

namespace smartkar::modem_sim {

bool HttpDownload::start(const Job& job, Done done) {
  const auto url = parseHttpUrl(job.url);
  const auto file = FileStore::parsePath(job.path);
  if (!url || !file) return false;
  endpoint_ = {url->host, url->port, std::nullopt};
  if (url->tls) {
    const HttpSettings& settings = core_.settings.http;  // there is no other place for a context and certificates
    endpoint_.tls = tlsOptions(core_, settings.ssl_context, settings.ca, settings.certificate);
    if (!endpoint_.tls) return false;
  }
  request_ = {.method = "GET", .target = url->path.empty() ? "/" : url->path, .headers = {}, .body = {}};
  job_ = job;
  file_ = *file;
  tries_left_ = job.tries;
  done_ = std::move(done);
  attempt();
  return true;
}

void HttpDownload::attempt() {
  --tries_left_;
  client_.connect(endpoint_, job_.timeout, [this](std::optional<HttpFailure> failure) {
    if (failure) return ended(static_cast<unsigned>(*failure));
    client_.request(request_, core_.files.freeBytes(), job_.timeout, [this](unsigned status) { ended(status); });
  });
}

void HttpDownload::ended(unsigned status) {
  constexpr unsigned kOk = 200;
  client_.disconnect();
  const bool failed = status >= static_cast<unsigned>(HttpFailure::NotHttp);
  if (failed && tries_left_ > 0) return attempt();
  std::size_t size = 0;
  if (status == kOk) {
    const std::string& body = client_.response()->body();
    size = body.size();
    if (!core_.files.write(file_, body, false)) status = static_cast<unsigned>(HttpFailure::NoMemory);
  }
  std::exchange(done_, nullptr)(status, size);
}

void HttpDownload::bearerClosed() {
  tries_left_ = 0;
  client_.bearerClosed();
}

void HttpDownload::bearerLost() {
  tries_left_ = 0;
  client_.bearerLost();
}

std::size_t HttpDownload::received() const {
  return client_.response() != nullptr ? client_.response()->body().size() : 0;
}

std::size_t HttpDownload::total() const {
  return client_.response() != nullptr ? static_cast<std::size_t>(client_.response()->expected().value_or(0)) : 0;
}

void HttpDownload::reset() {
  client_.reset();
  done_ = nullptr;
}

}  // namespace smartkar::modem_sim
