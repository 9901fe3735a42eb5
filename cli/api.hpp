#pragma once

#include <boost/json/value.hpp>
#include <cstdint>
#include <iosfwd>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "cli/http_client.hpp"

namespace smartkar::cli {

namespace json = boost::json;

// One entry of a command's history.
struct Step {
  std::int64_t at = 0;  // Unix seconds
  std::string state;
  std::string stage;   // empty: none
  std::string detail;  // empty: none
};

struct Command {
  std::string id;
  std::string ccid;
  std::string action;
  json::object params;
  std::string state;
  std::string stage;
  std::string error;
  bool unconfirmed = false;
  bool cancel_requested = false;
  bool final = false;
  std::int64_t created_at = 0;
  std::int64_t expires_at = 0;
  std::vector<Step> history;
  json::value raw;
};

// Reads a command object; fields that are missing or of another type stay empty.
Command readCommand(const json::value& value);

// What could not be done, in words for the user.
struct ApiError {
  enum class Cause { Unreachable, Lost, Interrupted, WrongInput, Refused } cause;
  std::string text;
};

// The server's HTTP interface.
class Api {
 public:
  // interrupt: outlives this.
  Api(Endpoint endpoint, const Interrupt& interrupt) : endpoint_(std::move(endpoint)), interrupt_(interrupt) {}

  // The answer as JSON. Fails with WrongInput for 400 and 422, Refused for any other status that is no success and for
  // an answer that is no JSON.
  Result<json::value, ApiError> call(const HttpRequest& request) const;
  Result<json::value, ApiError> get(const std::string& path) const { return call({.path = path}); }

  // The items of a list that comes in pages, at most this many. path: without `limit`. name: the list's member.
  Result<json::array, ApiError> list(const std::string& path, std::string_view name, std::size_t most) const;

  // Writes an answer as it comes. Fails with Refused as call() does, and if out cannot be written; what has come by
  // then is written.
  Result<void, ApiError> download(const std::string& path, std::ostream& out) const;

  // Events of one car, or of all if ccid is empty, from now on.
  Result<EventStream, ApiError> stream(std::string_view ccid) const;

  const Endpoint& endpoint() const { return endpoint_; }
  const Interrupt& interrupt() const { return interrupt_; }

 private:
  Endpoint endpoint_;
  const Interrupt& interrupt_;
};

ApiError apiError(const HttpProblem& problem);

// JSON access that never throws.
std::string textAt(const json::value& value, std::string_view key);
std::optional<std::int64_t> integerAt(const json::value& value, std::string_view key);
bool trueAt(const json::value& value, std::string_view key);
// nullptr if value is no object or has no such member.
const json::value* memberOf(const json::value& value, std::string_view key);
// Empty if there is no such array.
const json::array& arrayAt(const json::value& value, std::string_view key);

// "a=1 b.c=true d=text": the members on one line, nested names joined by dots.
std::string flatText(const json::value& value);

}  // namespace smartkar::cli
