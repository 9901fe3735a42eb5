#include "server/http/site.hpp"

#include <algorithm>

#include "server/http/negotiation.hpp"

namespace smartkar::server {

namespace {

// Scripts and styles from this server only, and no page of somebody else's around ours (CSP Level 3).
constexpr const char* kContentSecurityPolicy =
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "manifest-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

void setBody(const web::Asset& asset, std::string_view accepted, HttpResponse& response) {
  response.body = asset.content;
  if (!asset.br.empty() && acceptsEncoding(accepted, "br")) {
    response.body = asset.br;
    response.fields.emplace_back("Content-Encoding", "br");
  } else if (!asset.gzip.empty() && acceptsEncoding(accepted, "gzip")) {
    response.body = asset.gzip;
    response.fields.emplace_back("Content-Encoding", "gzip");
  }
}

}  // namespace

std::optional<HttpResponse> Site::find(const HttpRequest& request) const {
  if (request.method != Method::Get && request.method != Method::Head) return std::nullopt;
  const auto asset = std::find_if(assets_.begin(), assets_.end(),
                                  [&request](const web::Asset& one) { return one.path == request.path; });
  if (asset == assets_.end()) return std::nullopt;
  HttpResponse response{.content_type = std::string(asset->type),
                        .body = {},
                        .fields = {{"ETag", std::string(asset->etag)},
                                   {"Cache-Control", "no-cache"},
                                   {"Vary", "Accept-Encoding"},
                                   {"Content-Security-Policy", kContentSecurityPolicy},
                                   {"Referrer-Policy", "no-referrer"}}};
  if (matchesEtag(request.if_none_match, asset->etag)) {
    response.status = 304;
  } else {
    setBody(*asset, request.accept_encoding, response);
  }
  return response;
}

}  // namespace smartkar::server
