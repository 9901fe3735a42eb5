#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <limits>
#include <ostream>

#include "cli/text.hpp"
#include "cli/verbs.hpp"

namespace smartkar::cli {
namespace {

// Tells what is in order and what is not, with what to do about it.
class Report {
 public:
  Report(bool json_output, Streams streams) : json_(json_output), streams_(streams) {}

  void tell(std::string_view check, bool good, const std::string& detail) {
    good_ = good_ && good;
    if (json_) {
      streams_.out << json::serialize(json::object{{"check", check}, {"ok", good}, {"detail", detail}}) << '\n';
    } else {
      streams_.out << column(check, 8) << column(good ? "ok" : "PROBLEM", 9) << detail << '\n';
    }
  }
  int exitCode() const { return good_ ? exit_code::kOk : exit_code::kFailed; }

 private:
  bool json_;
  Streams streams_;
  bool good_ = true;
};

void lookAtStanding(const Api& api, const HttpResponse& answer, Report& report) {
  boost::system::error_code error;
  const json::value standing = json::parse(answer.body, error);
  if (error || textAt(standing, "store").empty()) {
    return report.tell("server", false, "what answers at " + api.endpoint().url + " is no SmartKar server");
  }
  report.tell("server", true, "answers at " + api.endpoint().url);
  const bool store = textAt(standing, "store") == "ok";
  report.tell("store", store, store ? "readable" : "cannot be read; the server's log says why");
  const bool broker = textAt(standing, "broker") == "up";
  report.tell("broker", broker,
              broker ? "connected" : "the server does not reach it; start it, or look at [mqtt] in server.toml");
}

void lookAtCars(const json::array& cars, Report& report) {
  std::size_t missing = 0;
  std::size_t unseen = 0;
  for (const json::value& car : cars) {
    const std::string presence = textAt(car, "presence");
    if (presence == "lost" || presence == "overdue") ++missing;
    if (presence == "never_seen") ++unseen;
  }
  std::string text = std::to_string(cars.size()) + " registered";
  if (unseen > 0) text += ", " + std::to_string(unseen) + " never seen";
  if (missing > 0) text += ", " + std::to_string(missing) + " lost or overdue: smartkarctl ps";
  report.tell("cars", missing == 0, text);
}

}  // namespace

int doctor(bool json_output, const Api& api, Streams streams) {
  Report report(json_output, streams);
  const auto standing = exchange(api.endpoint(), {.path = "/readyz"}, api.interrupt());
  if (!standing) {
    report.tell("server", false, apiError(standing.error()).text);
    return exit_code::kUnreachable;
  }
  lookAtStanding(api, *standing, report);
  const auto me = api.get("/api/v1/me");
  if (!me) {
    report.tell("token", false, me.error().text);
    return report.exitCode();
  }
  report.tell("token", true, "of " + textAt(*me, "name") + ", " + textAt(*me, "role"));
  const auto cars = api.list("/api/v1/devices", "devices", std::numeric_limits<std::size_t>::max());
  if (cars) {
    lookAtCars(*cars, report);
  } else {
    report.tell("cars", false, cars.error().text);
  }
  return report.exitCode();
}

}  // namespace smartkar::cli
