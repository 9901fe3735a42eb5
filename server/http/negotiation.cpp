#include "server/http/negotiation.hpp"

#include <zlib.h>

#include <algorithm>
#include <string>

#include "server/http/digest.hpp"

namespace smartkar::server {

namespace {

// Below this the header fields cost more than is saved.
constexpr std::size_t kCompressBytesMin = 1024;
// 128 bits: no two answers share them.
constexpr std::size_t kTagDigits = 32;
// gzip framing with the largest window (zlib manual, deflateInit2).
constexpr int kGzipWindowBits = 15 + 16;
constexpr int kMemoryLevel = 8;

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

// Cuts off the next part of a list.
std::string_view takeItem(std::string_view& list) {
  const std::size_t comma = list.find(',');
  const std::string_view item = trimmed(list.substr(0, comma));
  list = comma == std::string_view::npos ? std::string_view() : list.substr(comma + 1);
  return item;
}

std::string_view withoutWeakness(std::string_view etag) {
  if (etag.starts_with("W/")) etag.remove_prefix(2);
  return etag;
}

// "0", "0.0", …
bool isZeroWeight(std::string_view parameters) {
  const std::size_t q = parameters.find("q=");
  return q != std::string_view::npos && parameters.find_first_of("123456789", q) == std::string_view::npos;
}

// Weak, because compressed or not it is the same.
std::string tagOf(std::string_view body) { return "W/\"" + sha256Hex(body).substr(0, kTagDigits) + '"'; }

bool hasField(const HttpResponse& response, std::string_view name) {
  return std::any_of(response.fields.begin(), response.fields.end(),
                     [name](const auto& field) { return field.first == name; });
}

// Empty if it fails, which only a lack of memory can bring about.
std::string gzip(std::string& body) {
  z_stream stream{};
  if (deflateInit2(&stream, Z_BEST_SPEED, Z_DEFLATED, kGzipWindowBits, kMemoryLevel, Z_DEFAULT_STRATEGY) != Z_OK) {
    return {};
  }
  std::string compressed(deflateBound(&stream, body.size()), '\0');
  stream.next_in = reinterpret_cast<Bytef*>(body.data());
  stream.avail_in = static_cast<uInt>(body.size());
  stream.next_out = reinterpret_cast<Bytef*>(compressed.data());
  stream.avail_out = static_cast<uInt>(compressed.size());
  const bool done = deflate(&stream, Z_FINISH) == Z_STREAM_END;
  compressed.resize(done ? stream.total_out : 0);
  deflateEnd(&stream);
  return compressed;
}

}  // namespace

bool acceptsEncoding(std::string_view accept_encoding, std::string_view encoding) {
  while (!accept_encoding.empty()) {
    const std::string_view item = takeItem(accept_encoding);
    const std::size_t semicolon = item.find(';');
    if (trimmed(item.substr(0, semicolon)) != encoding) continue;
    return semicolon == std::string_view::npos || !isZeroWeight(item.substr(semicolon));
  }
  return false;
}

bool matchesEtag(std::string_view if_none_match, std::string_view etag) {
  while (!if_none_match.empty()) {
    const std::string_view item = takeItem(if_none_match);
    if (item == "*" || withoutWeakness(item) == withoutWeakness(etag)) return true;
  }
  return false;
}

void negotiate(const HttpRequest& request, HttpResponse& response) {
  const bool read = request.method == Method::Get || request.method == Method::Head;
  if (!read || response.status != 200 || hasField(response, "ETag")) return;
  std::string etag = tagOf(response.body);
  const bool known = matchesEtag(request.if_none_match, etag);
  response.fields.emplace_back("ETag", std::move(etag));
  response.fields.emplace_back("Vary", "Accept-Encoding");
  response.fields.emplace_back("Cache-Control", "private, no-cache");
  if (known) {
    response.status = 304;
    response.body.clear();
    return;
  }
  if (response.body.size() < kCompressBytesMin || !acceptsEncoding(request.accept_encoding, "gzip")) return;
  std::string compressed = gzip(response.body);
  if (compressed.empty()) return;
  response.body = std::move(compressed);
  response.fields.emplace_back("Content-Encoding", "gzip");
}

}  // namespace smartkar::server
