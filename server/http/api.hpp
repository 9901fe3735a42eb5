#pragma once

#include "server/http/backend.hpp"
#include "server/http/bearer_token.hpp"
#include "server/http/message.hpp"
#include "server/http/router.hpp"
#include "server/http/site.hpp"

namespace smartkar::server {

// The HTTP API and the pages of the dashboard without HTTP: a request in, an answer out (docs/http.md).
class Api {
 public:
  // backend: outlives this.
  Api(Backend& backend, BearerToken token, Site site);

  // Answers the request through the responder, at once or later; the request is needed only during the call.
  void handle(const HttpRequest& request, const Responder& respond) const;

 private:
  void postCommand(const HttpRequest& request, std::string_view ccid, const Responder& respond) const;
  void cancelCommand(std::string_view ccid, std::string_view id, const Responder& respond) const;
  HttpResponse commands(const HttpRequest& request, std::string_view ccid) const;
  HttpResponse command(std::string_view ccid, std::string_view id) const;
  HttpResponse devices() const;
  HttpResponse device(std::string_view ccid) const;
  HttpResponse state(std::string_view ccid) const;
  HttpResponse events(const HttpRequest& request, std::string_view ccid) const;
  HttpAnswer stream(const HttpRequest& request) const;
  HttpResponse health() const;
  HttpResponse accepted(const CommandAccepted& accepted) const;
  HttpResponse cancelled(std::string_view ccid, CommandId id, bool refused_by_old_firmware) const;

  Backend& backend_;
  const BearerToken token_;
  const Site site_;
  const std::string schema_;
  const Router router_;
};

}  // namespace smartkar::server
