#include "cli/api.hpp"

#include <algorithm>
#include <array>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <charconv>
#include <ostream>
#include <utility>

namespace smartkar::cli {
namespace {

// The most that the server gives at once (docs/http.md).
constexpr std::size_t kPageMax = 500;

// RFC 9457: title says what kind of problem, detail says what about this one, field is ours.
std::string problemText(const HttpResponse& response) {
  boost::system::error_code error;
  const json::value body = json::parse(response.body, error);
  std::string text = error ? std::string() : textAt(body, "detail");
  if (text.empty() && !error) text = textAt(body, "title");
  if (text.empty()) text = "status " + std::to_string(response.status);
  const std::string field = error ? std::string() : textAt(body, "field");
  if (!field.empty() && text.find(field) == std::string::npos) text = field + ": " + text;
  return text;
}

ApiError refusal(const HttpResponse& response) {
  const std::string text = problemText(response);
  if (response.status == 401) {
    return {ApiError::Cause::Refused,
            "the server does not accept this token (" + text + "); give the right --token or --dir"};
  }
  const bool wrong_input = response.status == 400 || response.status == 422;
  return {wrong_input ? ApiError::Cause::WrongInput : ApiError::Cause::Refused, "the server refuses: " + text};
}

// JSON text without quotes, and without the exponent Boost.JSON gives to every fraction.
std::string plainText(const json::value& value) {
  if (value.is_string()) return std::string(value.get_string());
  if (!value.is_double()) return json::serialize(value);
  std::array<char, 32> buffer{};
  const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value.get_double()).ptr;
  return {buffer.data(), end};
}

void appendFlat(std::string& out, const std::string& name, const json::value& value) {
  if (const json::object* object = value.if_object()) {
    for (const auto& [key, member] : *object) {
      appendFlat(out, name.empty() ? std::string(key) : name + "." + std::string(key), member);
    }
    return;
  }
  if (!out.empty()) out += ' ';
  out += name + "=" + plainText(value);
}

}  // namespace

ApiError apiError(const HttpProblem& problem) {
  switch (problem.cause) {
    case HttpError::Unreachable:
      return {ApiError::Cause::Unreachable, problem.text};
    case HttpError::Lost:
      return {ApiError::Cause::Lost, problem.text};
    case HttpError::Interrupted:
      break;
  }
  return {ApiError::Cause::Interrupted, problem.text};
}

const json::value* memberOf(const json::value& value, std::string_view key) {
  const json::object* object = value.if_object();
  return object != nullptr ? object->if_contains(key) : nullptr;
}

std::string textAt(const json::value& value, std::string_view key) {
  const json::value* member = memberOf(value, key);
  if (member == nullptr || member->is_null()) return {};
  return plainText(*member);
}

std::optional<std::int64_t> integerAt(const json::value& value, std::string_view key) {
  const json::value* member = memberOf(value, key);
  if (member == nullptr || !member->is_number()) return std::nullopt;
  boost::system::error_code error;
  const auto number = member->to_number<std::int64_t>(error);
  return error ? std::nullopt : std::optional(number);
}

bool trueAt(const json::value& value, std::string_view key) {
  const json::value* member = memberOf(value, key);
  return member != nullptr && member->is_bool() && member->get_bool();
}

const json::array& arrayAt(const json::value& value, std::string_view key) {
  static const json::array kEmpty;
  const json::value* member = memberOf(value, key);
  return member != nullptr && member->is_array() ? member->get_array() : kEmpty;
}

std::string flatText(const json::value& value) {
  std::string text;
  appendFlat(text, "", value);
  return text;
}

Command readCommand(const json::value& value) {
  Command command;
  command.id = textAt(value, "id");
  command.ccid = textAt(value, "ccid");
  command.action = textAt(value, "action");
  if (const json::value* params = memberOf(value, "params"); params != nullptr && params->is_object()) {
    command.params = params->get_object();
  }
  command.state = textAt(value, "state");
  command.stage = textAt(value, "stage");
  command.error = textAt(value, "error");
  command.unconfirmed = trueAt(value, "unconfirmed");
  command.cancel_requested = trueAt(value, "cancelRequested");
  command.final = trueAt(value, "final");
  command.created_at = integerAt(value, "createdAt").value_or(0);
  command.expires_at = integerAt(value, "expiresAt").value_or(0);
  for (const json::value& step : arrayAt(value, "history")) {
    command.history.push_back(
        {integerAt(step, "at").value_or(0), textAt(step, "state"), textAt(step, "stage"), textAt(step, "detail")});
  }
  command.raw = value;
  return command;
}

Result<json::value, ApiError> Api::call(const HttpRequest& request) const {
  const auto response = exchange(endpoint_, request, interrupt_);
  if (!response) return Failure{apiError(response.error())};
  if (response->status / 100 != 2) return Failure{refusal(*response)};
  boost::system::error_code error;
  json::value body = json::parse(response->body, error);
  if (error) {
    return Failure{ApiError{ApiError::Cause::Refused, "what answers at " + endpoint_.url + " is no SmartKar server"}};
  }
  return body;
}

Result<json::array, ApiError> Api::list(const std::string& path, std::string_view name, std::size_t most) const {
  json::array items;
  const char separator = path.find('?') == std::string::npos ? '?' : '&';
  std::string next = path + separator + "limit=" + std::to_string(std::min(most, kPageMax));
  while (!next.empty() && items.size() < most) {
    const auto page = get(next);
    if (!page) return Failure{page.error()};
    const json::array& more = arrayAt(*page, name);
    const std::size_t taken = std::min(most - items.size(), more.size());
    items.insert(items.end(), more.begin(), more.begin() + static_cast<std::ptrdiff_t>(taken));
    next = textAt(*page, "next");
  }
  return items;
}

Result<void, ApiError> Api::download(const std::string& path, std::ostream& out) const {
  const auto write = [&out](std::string_view piece) { return static_cast<bool>(out << piece << std::flush); };
  const auto response = cli::download(endpoint_, path, interrupt_, write);
  if (!out) return Failure{ApiError{ApiError::Cause::Refused, "it cannot be written: the disk is full?"}};
  if (!response) return Failure{apiError(response.error())};
  if (response->status != 200) return Failure{refusal(*response)};
  return {};
}

Result<EventStream, ApiError> Api::stream(std::string_view ccid) const {
  EventStream stream(endpoint_, interrupt_);
  const auto answer = stream.open(ccid.empty() ? "/api/v1/stream" : "/api/v1/stream?ccid=" + std::string(ccid));
  if (!answer) return Failure{apiError(answer.error())};
  if (answer->status != 200) return Failure{refusal(*answer)};
  return stream;
}

}  // namespace smartkar::cli
