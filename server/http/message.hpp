#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

// HTTP as the API sees it: no sockets, no Beast.
namespace smartkar::server {

enum class Method : std::uint8_t { Get, Head, Post, Delete, Options, Other };

// "GET", …; "" for Other.
std::string_view methodName(Method method);

struct HttpRequest {
  Method method = Method::Get;
  std::string path;                                       // without the query
  std::map<std::string, std::string, std::less<>> query;  // decoded; of a name given twice the last
  std::string authorization;                              // header fields; empty: absent
  std::string content_type;
  std::string idempotency_key;
  std::string accept_encoding;
  std::string if_none_match;
  std::string last_event_id;
  std::string origin;
  std::string requested_method;  // Access-Control-Request-Method
  std::string peer;              // the client's network address
  std::string body;
};

// The body is said to be JSON.
bool isJson(const HttpRequest& request);

struct HttpResponse {
  int status = 200;
  std::string content_type = "application/json";
  std::string body;
  std::vector<std::pair<std::string, std::string>> fields;  // further header fields
};

// The response goes on as a stream of server-sent events.
struct EventStream {
  std::string ccid;           // empty: of all cars
  std::string last_event_id;  // the notification the client saw last; empty: it is new here
  std::vector<std::pair<std::string, std::string>> fields;  // further header fields
};

// The response is a file that is too long to be held at once. It is made piece by piece, as fast as the client takes
// it.
struct Download {
  std::string content_type;
  std::string file_name;  // for a browser that stores it
  // The next piece; empty: that was all. Nothing: it cannot be gone on with, and the client sees that the end is
  // missing.
  std::function<std::optional<std::string>()> next;
  std::vector<std::pair<std::string, std::string>> fields;  // further header fields
};

using HttpAnswer = std::variant<HttpResponse, EventStream, Download>;
// Called once, on the io_context's thread, at once or later.
using Responder = std::function<void(HttpAnswer)>;

}  // namespace smartkar::server
