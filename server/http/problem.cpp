#include "server/http/problem.hpp"

#include <boost/json.hpp>

namespace smartkar::server {

namespace {

std::string_view title(int status) {
  switch (status) {
    case 400:
      return "Bad Request";
    case 401:
      return "Unauthorized";
    case 403:
      return "Forbidden";
    case 404:
      return "Not Found";
    case 405:
      return "Method Not Allowed";
    case 409:
      return "Conflict";
    case 413:
      return "Content Too Large";
    case 415:
      return "Unsupported Media Type";
    case 422:
      return "Unprocessable Content";
    case 429:
      return "Too Many Requests";
    case 431:
      return "Request Header Fields Too Large";
    case 503:
      return "Service Unavailable";
    default:
      return "Internal Server Error";
  }
}

}  // namespace

HttpResponse problem(int status, std::string_view detail, std::string_view field) {
  boost::json::object body{{"type", "about:blank"}, {"title", title(status)}, {"status", status}, {"detail", detail}};
  if (!field.empty()) body["field"] = field;
  return {
      .status = status, .content_type = "application/problem+json", .body = boost::json::serialize(body), .fields = {}};
}

HttpResponse unknownDevice() { return problem(404, "no device with this id is registered"); }

HttpResponse unreadable() { return problem(503, "the store cannot be read at the moment"); }

}  // namespace smartkar::server
