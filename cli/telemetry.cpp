#include <array>
#include <boost/json/serialize.hpp>
#include <cstdio>
#include <fstream>
#include <ostream>

#include "cli/text.hpp"
#include "cli/verbs.hpp"

namespace smartkar::cli {
namespace {

constexpr std::size_t kTimeWidth = 21;
constexpr std::size_t kValueWidth = 12;

// "?name=value&…", with the period if one was given.
class Query {
 public:
  explicit Query(const Period& period) {
    if (period.from) add("from", std::to_string(*period.from));
    if (period.to) add("to", std::to_string(*period.to));
  }
  void add(std::string_view name, std::string_view value) {
    text_.append(text_.empty() ? "?" : "&").append(name).append("=").append(value);
  }
  const std::string& text() const { return text_; }

 private:
  std::string text_;
};

// With as many decimals as any field has.
std::string meanText(const json::value& mean) {
  boost::system::error_code error;
  std::array<char, 32> text{};
  const int size = std::snprintf(text.data(), text.size(), "%.2f", mean.to_number<double>(error));
  return {text.data(), static_cast<std::size_t>(size)};
}

void printBucket(const json::value& bucket, const std::string& unit, Streams streams) {
  streams.out << column(dateText(integerAt(bucket, "at").value_or(0)), kTimeWidth)
              << column(textAt(bucket, "last") + unit, kValueWidth);
  const json::value* const mean = memberOf(bucket, "mean");
  if (integerAt(bucket, "count").value_or(0) > 1 && mean != nullptr) {
    streams.out << textAt(bucket, "min") << " to " << textAt(bucket, "max") << ", mean " << meanText(*mean);
  }
  streams.out << '\n';
}

}  // namespace

int telemetry(const TelemetryVerb& verb, bool json_output, const Api& api, Streams streams) {
  Query query(verb.period);
  query.add("field", verb.field);
  if (verb.resolution) query.add("resolution", std::to_string(verb.resolution->count()));
  const auto history = api.get("/api/v1/devices/" + verb.ccid + "/history" + query.text());
  if (!history) return reportError(history.error(), streams);
  const std::string unit = textAt(*history, "unit");
  const json::array& buckets = arrayAt(*history, "buckets");
  for (const json::value& bucket : buckets) {
    if (json_output) {
      streams.out << json::serialize(bucket) << '\n';
    } else {
      printBucket(bucket, unit.empty() ? "" : " " + unit, streams);
    }
  }
  if (buckets.empty()) streams.err << "Nothing is known of " << verb.field << " in this time.\n";
  return exit_code::kOk;
}

int exportTelemetry(const ExportVerb& verb, const Api& api, Streams streams) {
  Query query(verb.period);
  query.add("format", verb.format);
  const std::string path = "/api/v1/devices/" + verb.ccid + "/export" + query.text();
  std::ofstream file;
  if (!verb.file.empty()) {
    file.open(verb.file, std::ios::binary | std::ios::trunc);
    if (!file) {
      streams.err << "smartkarctl: " << verb.file << " cannot be written\n";
      return exit_code::kUsage;
    }
  }
  const auto done = api.download(path, verb.file.empty() ? streams.out : file);
  return done ? exit_code::kOk : reportError(done.error(), streams);
}

}  // namespace smartkar::cli
