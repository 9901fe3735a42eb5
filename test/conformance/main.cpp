// Plays the scenarios on the virtual car and prints which cells of the two state tables they visited.
#include <cstdio>
#include <cstring>
#include <exception>
#include <string>

#include "conformance/phrases.hpp"
#include "test/conformance/campaign.hpp"

namespace smartkar::conformance {
namespace {

struct Options {
  bool json = false;
  bool log = false;
  bool words = false;
  std::string only;  // names that contain it
};

class StandardError : public LogSink {
 public:
  void write(LogLevel, std::string_view part, std::string_view text) override {
    std::fprintf(stderr, "  %.*s: %.*s\n", static_cast<int>(part.size()), part.data(), static_cast<int>(text.size()),
                 text.data());
  }
};

bool parse(int count, char** arguments, Options& options) {
  for (int i = 1; i < count; ++i) {
    const std::string argument = arguments[i];
    if (argument == "--json") {
      options.json = true;
    } else if (argument == "--log") {
      options.log = true;
    } else if (argument == "--words") {
      options.words = true;
    } else if (argument == "--only" && i + 1 < count) {
      options.only = arguments[++i];
    } else {
      std::fprintf(stderr, "usage: smartkar-conformance [--only NAME] [--json] [--log] [--words]\n");
      return false;
    }
  }
  return true;
}

void printWords() {
  for (const Phrase& phrase : phrases()) {
    std::printf("| `%s` | %s |\n", std::string(phrase.pattern).c_str(), std::string(phrase.meaning).c_str());
  }
}

void printTable(const char* title, const StateTable& table, const Visits& visits) {
  const auto missing = unvisited(table, visits);
  std::printf("\n%s: %zu of %zu cells visited (x: cannot happen)\n%s", title, reachableCells(table) - missing.size(),
              reachableCells(table), printed(table, visits).c_str());
  for (const auto& cell : missing) std::printf("not visited: %s\n", cell.c_str());
}

int playAll(const Options& options) {
  NullLogSink silent;
  StandardError loud;
  LogSink& log = options.log ? static_cast<LogSink&>(loud) : silent;
  Visits server;
  Visits car;
  int passed = 0;
  int failed = 0;
  for (const Script& script : allScripts(phrases())) {
    if (script.name.find(options.only) == std::string::npos) continue;
    const Played played = playVirtually(script, log);
    const bool ok = played.report.verdict == Verdict::Ok;
    ++(ok ? passed : failed);
    if (!ok) std::fprintf(stderr, "FAILED %s\n", played.report.why.c_str());
    if (!options.json && ok) std::printf("ok     %-36s %s\n", script.name.c_str(), script.title.c_str());
    addVisits(server, played.server);
    addVisits(car, played.car);
  }
  const std::size_t server_cells = reachableCells(serverTable()) - unvisited(serverTable(), server).size();
  const std::size_t car_cells = reachableCells(carTable()) - unvisited(carTable(), car).size();
  if (options.json) {
    std::printf(
        "{\"passed\":%d,\"failed\":%d,\"server\":{\"visited\":%zu,\"cells\":%zu},"
        "\"car\":{\"visited\":%zu,\"cells\":%zu}}\n",
        passed, failed, server_cells, reachableCells(serverTable()), car_cells, reachableCells(carTable()));
  } else {
    printTable("Server", serverTable(), server);
    printTable("Car", carTable(), car);
    std::printf("\n%d passed, %d failed\n", passed, failed);
  }
  return failed == 0 ? 0 : 1;
}

}  // namespace
}  // namespace smartkar::conformance

int main(int count, char** arguments) {
  smartkar::conformance::Options options;
  if (!smartkar::conformance::parse(count, arguments, options)) return 2;
  try {
    if (options.words) {
      smartkar::conformance::printWords();
      return 0;
    }
    return smartkar::conformance::playAll(options);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "smartkar-conformance: %s\n", error.what());
    return 1;
  }
}
