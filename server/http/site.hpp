#pragma once

#include <optional>
#include <span>

#include "server/http/message.hpp"
#include "web/assets.hpp"

namespace smartkar::server {

// The dashboard: files that everybody may read. They hold no data; what they show they ask the API for.
class Site {
 public:
  // assets: outlive this.
  explicit Site(std::span<const web::Asset> assets) : assets_(assets) {}

  // The file at this address in the best form that the client takes; nothing if there is none or the method is neither
  // GET nor HEAD.
  std::optional<HttpResponse> find(const HttpRequest& request) const;

 private:
  std::span<const web::Asset> assets_;
};

}  // namespace smartkar::server
