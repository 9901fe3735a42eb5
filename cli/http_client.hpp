#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "cli/interrupt.hpp"
#include "cli/sse_parser.hpp"

namespace smartkar::cli {

using Clock = std::chrono::steady_clock;

struct Endpoint {
  std::string url;  // "http://127.0.0.1:8420"
  std::string token;
};

enum class HttpError {
  Unreachable,  // no connection: nothing was sent
  Lost,         // the connection broke or nothing came in time: the server may have acted
  Interrupted,  // the user asked to stop
};

struct HttpProblem {
  HttpError cause;
  std::string text;
};

struct HttpRequest {
  std::string method = "GET";
  std::string path;                  // with query, begins with '/'
  std::string body = {};             // JSON; of a POST only
  std::string idempotency_key = {};  // sent if not empty
};

struct HttpResponse {
  long status = 0;
  std::string body;
};

// One exchange with the server.
Result<HttpResponse, HttpProblem> exchange(const Endpoint& endpoint, const HttpRequest& request,
                                           const Interrupt& interrupt);

// The same for an answer that may be long. take: called with each piece of the body if the status is 200, else the body
// comes with the response; false: stop, and fail with Interrupted.
Result<HttpResponse, HttpProblem> download(const Endpoint& endpoint, const std::string& path,
                                           const Interrupt& interrupt,
                                           const std::function<bool(std::string_view)>& take);

// A server-sent event stream, read at the caller's pace.
class EventStream {
 public:
  // interrupt: outlives this.
  EventStream(const Endpoint& endpoint, const Interrupt& interrupt);
  EventStream(EventStream&&) noexcept;
  ~EventStream();

  // Connects and waits for the answer's head: from status 200 on no event is missed. Any other status comes with its
  // whole body.
  Result<HttpResponse, HttpProblem> open(const std::string& path);

  // The next event; nothing at the deadline. Fails with Lost when the stream ends or is silent for too long.
  Result<std::optional<ServerEvent>, HttpProblem> next(Clock::time_point deadline);

 private:
  struct Transfer;
  std::unique_ptr<Transfer> transfer_;
};

}  // namespace smartkar::cli
