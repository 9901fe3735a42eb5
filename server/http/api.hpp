#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "server/http/backend.hpp"
#include "server/http/call.hpp"
#include "server/http/cors.hpp"
#include "server/http/message.hpp"
#include "server/http/rate_limit.hpp"
#include "server/http/router.hpp"
#include "server/http/site.hpp"

namespace smartkar::server {

struct ApiSettings {
  std::string admin_token;           // opens everything, whatever the store says; not empty
  std::vector<std::string> origins;  // other origins whose pages may use the API
  double requests_per_second = 0;    // of one client; 0: no limit
};

// The HTTP API and the pages of the dashboard without HTTP: a request in, an answer out (docs/http.md).
class Api {
 public:
  // backend, what site shows: outlive this.
  Api(Backend& backend, ApiSettings settings, Site site);

  // Answers the request through the responder, at once or later; the request is needed only during the call.
  void handle(const HttpRequest& request, const Responder& respond);
  // In place of ApiSettings::admin_token, for the requests that follow.
  void setAdminToken(std::string token) { settings_.admin_token = std::move(token); }

 private:
  void dispatch(const HttpRequest& request, const Router::Match& match, const Responder& respond);
  // True if the request may go on; else it has been answered.
  bool admit(const std::string& client, const Responder& respond);
  std::optional<Principal> authenticate(std::string_view authorization) const;

  Backend& backend_;
  ApiSettings settings_;
  const Site site_;
  const Router router_;
  const Cors cors_;
  RateLimit rate_limit_;
};

}  // namespace smartkar::server
