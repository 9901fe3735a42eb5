#include "server/http/history_handlers.hpp"

#include <algorithm>
#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "protocol/state.hpp"
#include "server/http/history_text.hpp"
#include "server/http/paging.hpp"
#include "server/http/problem.hpp"

namespace smartkar::server {

namespace {

using std::chrono::seconds;

constexpr seconds kSpanDefault = std::chrono::hours(24);
constexpr std::int64_t kResolutionDefault = 3600;
constexpr std::int64_t kResolutionMax = 366 * 86'400;
// About 1 MB as text.
constexpr std::int64_t kBucketsMax = 10'000;
// The end of the year 9999.
constexpr std::int64_t kTimeMax = 253'402'300'799;

struct Span {
  UnixTime from{};
  UnixTime to{};
};

// The parameter as a number, `otherwise` if it is absent.
Result<std::int64_t, HttpResponse> numberOf(const HttpRequest& request, const std::string& name, std::int64_t otherwise,
                                            std::int64_t min, std::int64_t max) {
  const auto found = request.query.find(name);
  if (found == request.query.end()) return otherwise;
  const auto number = wholeNumber(found->second);
  if (number && *number >= min && *number <= max) return *number;
  return Failure{
      problem(422, name + " must be a whole number, " + std::to_string(min) + '-' + std::to_string(max), name)};
}

// ?from=…&to=…. By default up to now, and everything before that or as much of it as `span`.
Result<Span, HttpResponse> spanOf(const HttpRequest& request, std::optional<seconds> span) {
  const auto now = std::chrono::ceil<seconds>(std::chrono::system_clock::now());
  const auto to = numberOf(request, "to", unixSeconds(now), 0, kTimeMax);
  if (!to) return Failure{to.error()};
  const std::int64_t earliest = span ? std::max<std::int64_t>(0, *to - span->count()) : 0;
  const auto from = numberOf(request, "from", earliest, 0, kTimeMax);
  if (!from) return Failure{from.error()};
  if (*from >= *to) return Failure{problem(422, "from must be earlier than to", "from")};
  return Span{.from = unixTime(*from), .to = unixTime(*to)};
}

Result<seconds, HttpResponse> resolutionOf(const HttpRequest& request, const Span& span) {
  const auto resolution = numberOf(request, "resolution", kResolutionDefault, 1, kResolutionMax);
  if (!resolution) return Failure{resolution.error()};
  if ((span.to - span.from).count() / *resolution < kBucketsMax) return seconds(*resolution);
  const std::string most = std::to_string(kBucketsMax);
  return Failure{problem(422, "resolution is too fine: at most " + most + " of it fit into an answer", "resolution")};
}

// Nothing: the request names none, or one that does not exist.
const protocol::FieldSpec* fieldOf(const HttpRequest& request) {
  const auto field = request.query.find("field");
  return field == request.query.end() ? nullptr : protocol::findField(field->second);
}

// All of a car's history in this span, a piece at each call.
class Export {
 public:
  Export(Backend& backend, std::string ccid, const Span& span, bool csv)
      : backend_(backend), ccid_(std::move(ccid)), span_(span), csv_(csv), text_(csv ? kCsvHeader : "") {}

  // As Download::next.
  std::optional<std::string> next() {
    while (text_.empty() && span_.from < span_.to) {
      const auto page = backend_.store().historyPage(ccid_, span_.from, span_.to);
      if (!page) return std::nullopt;
      for (const HistoryRow& row : page->rows) text_ += csv_ ? csvLine(row) : ndjsonLine(row);
      span_.from = page->next;
    }
    return std::exchange(text_, {});
  }

 private:
  Backend& backend_;
  const std::string ccid_;
  Span span_;  // what is still to come
  const bool csv_;
  std::string text_;
};

}  // namespace

void getHistory(Backend& backend, const Call& call) {
  const protocol::FieldSpec* const field = fieldOf(call.request);
  if (field == nullptr) {
    return call.respond(problem(422, "field must be one of those that GET /api/v1/schema lists", "field"));
  }
  const auto span = spanOf(call.request, kSpanDefault);
  if (!span) return call.respond(span.error());
  const auto resolution = resolutionOf(call.request, *span);
  if (!resolution) return call.respond(resolution.error());
  const HistoryQuery query{.ccid = std::string(call.path[0]),
                           .path = call.request.query.at("field"),
                           .from = span->from,
                           .to = span->to,
                           .resolution = *resolution};
  const auto buckets = backend.store().history(query);
  if (!buckets) return call.respond(unreadable());
  call.respond(HttpResponse{.body = historyJson(query, field->unit, *buckets), .fields = {}});
}

void getExport(Backend& backend, const Call& call) {
  const auto format = call.request.query.find("format");
  const std::string name = format == call.request.query.end() ? "csv" : format->second;
  if (name != "csv" && name != "ndjson") return call.respond(problem(422, "format must be csv or ndjson", "format"));
  const auto span = spanOf(call.request, {});
  if (!span) return call.respond(span.error());
  const bool csv = name == "csv";
  const std::string ccid(call.path[0]);
  const auto rows = std::make_shared<Export>(backend, ccid, *span, csv);
  call.respond(Download{.content_type = csv ? "text/csv; charset=utf-8; header=present" : "application/x-ndjson",
                        .file_name = ccid + '.' + name,
                        .next = [rows] { return rows->next(); },
                        .fields = {}});
}

}  // namespace smartkar::server
