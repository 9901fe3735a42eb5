#include <algorithm>
#include <boost/json/serialize.hpp>
#include <ostream>

#include "broker/installation.hpp"
#include "cli/conformance_live.hpp"
#include "cli/text.hpp"
#include "cli/verbs.hpp"
#include "conformance/phrases.hpp"
#include "conformance/runner.hpp"
#include "server/mqtt/tls_context.hpp"

namespace smartkar::cli {
namespace {

namespace json = boost::json;
using conformance::Report;
using conformance::Script;
using conformance::Verdict;

constexpr std::size_t kNameWidth = 40;

// A vehicle that charges or heats stays awake, and the car with it.
constexpr std::string_view kRest = R"(# After a scenario the vehicle comes to rest
car is awake
owner orders stop: vehicle.stopCharging
owner orders cool: vehicle.stopClimate
wait until stop is completed
wait until cool is completed
)";

struct Tally {
  int ok = 0;
  int failed = 0;
  int not_run = 0;

  void count(Verdict verdict) { ++(verdict == Verdict::Ok ? ok : verdict == Verdict::Failed ? failed : not_run); }
};

std::string_view verdictName(Verdict verdict) {
  switch (verdict) {
    case Verdict::Ok:
      return "ok";
    case Verdict::Failed:
      return "failed";
    case Verdict::NotRun:
      break;
  }
  return "not run";
}

std::vector<Script> chosen(const ConformanceVerb& verb) {
  std::vector<Script> scripts = conformance::allScripts(conformance::phrases());
  std::erase_if(scripts, [&](const Script& script) {
    return !verb.only.empty() && std::ranges::none_of(verb.only, [&](const std::string& part) {
      return script.name.find(part) != std::string::npos;
    });
  });
  return scripts;
}

int list(const std::vector<Script>& scripts, bool json_output, Streams streams) {
  for (const Script& script : scripts) {
    if (json_output) {
      streams.out << json::serialize(json::object{{"name", script.name}, {"title", script.title}}) << '\n';
    } else {
      streams.out << script.name << "\n  " << script.title << '\n';
    }
  }
  return exit_code::kOk;
}

std::string verdictText(const Report& report) {
  return std::string(verdictName(report.verdict)) + (report.why.empty() ? "" : ": " + report.why);
}

// The name is there while the scenario runs, the verdict follows.
Report playOne(const Script& script, LiveRig& rig, bool json_output, Streams streams) {
  if (!json_output) streams.out << column(script.name, kNameWidth) << std::flush;
  Report report;
  try {
    report = conformance::run(script, rig);
  } catch (...) {
    if (!json_output) streams.out << std::endl;
    throw;
  }
  const json::object line = {{"name", script.name}, {"verdict", verdictName(report.verdict)}, {"why", report.why}};
  streams.out << (json_output ? json::serialize(line) : verdictText(report)) << std::endl;
  return report;
}

void tell(const Tally& tally, bool json_output, Streams streams) {
  if (json_output) {
    streams.out << json::serialize(json::object{{"ok", tally.ok}, {"failed", tally.failed}, {"notRun", tally.not_run}})
                << '\n';
    return;
  }
  streams.out << "What the vehicle did is not seen here: the car is taken at its word.\n"
              << tally.ok << " ok, " << tally.failed << " failed, " << tally.not_run << " not run\n";
}

Result<LiveRig::Settings, std::string> liveSettings(const std::string& ccid, const Arguments& arguments) {
  const auto installation = broker::Installation::open(arguments.directory);
  if (!installation) return Failure{installation.error().text};
  const auto server = installation->directory() / "server";
  const auto tls = server::makeTlsContext({server / "ca.crt", server / "server.crt", server / "server.key"});
  if (!tls) return Failure{tls.error()};
  return LiveRig::Settings{.broker = {"127.0.0.1", installation->settings().server_port, *tls},
                           .topic_prefix = installation->settings().topic_prefix,
                           .ccid = ccid};
}

Tally playAll(const std::vector<Script>& scripts, LiveRig& rig, bool json_output, Streams streams) {
  const Script rest = conformance::parseScript("rest.txt", kRest, conformance::phrases());
  Tally tally;
  for (const Script& script : scripts) {
    const Verdict verdict = playOne(script, rig, json_output, streams).verdict;
    tally.count(verdict);
    if (verdict == Verdict::NotRun) continue;
    const Report report = conformance::run(rest, rig);
    if (report.verdict == Verdict::Failed) streams.err << report.why << '\n';
  }
  tell(tally, json_output, streams);
  return tally;
}

}  // namespace

int playScenarios(const ConformanceVerb& verb, const Arguments& arguments, Streams streams,
                  const Interrupt& interrupt) {
  const std::vector<Script> scripts = chosen(verb);
  if (scripts.empty()) {
    streams.err << "smartkarctl: no scenario has such a name; --list shows them\n";
    return exit_code::kUsage;
  }
  if (verb.list) return list(scripts, arguments.json, streams);
  auto settings = liveSettings(verb.ccid, arguments);
  if (!settings) {
    streams.err << "smartkarctl: " << settings.error() << '\n';
    return exit_code::kUsage;
  }
  try {
    NullLogSink log;
    LiveRig rig(std::move(*settings), interrupt, log);
    rig.connect();
    return playAll(scripts, rig, arguments.json, streams).failed == 0 ? exit_code::kOk : exit_code::kFailed;
  } catch (const LiveFailure& failure) {
    streams.err << "smartkarctl: " << failure.what() << '\n';
    return exit_code::kUnreachable;
  } catch (const Interrupted&) {
    streams.err << "smartkarctl: stopped\n";
    return exit_code::kInterrupted;
  }
}

}  // namespace smartkar::cli
