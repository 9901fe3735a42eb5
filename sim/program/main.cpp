#include <unistd.h>

#include <CLI/CLI.hpp>
#include <chrono>
#include <cstdio>
#include <exception>
#include <fstream>
#include <thread>

#include "sim/campaign/campaign.hpp"
#include "sim/campaign/faults.hpp"
#include "sim/program/minimise.hpp"
#include "sim/program/player.hpp"
#include "sim/program/run_line.hpp"
#include "sim/program/summary.hpp"

namespace {

using namespace smartkar;
using namespace smartkar::sim;

constexpr int kExitBroken = 1;
constexpr int kExitUsage = 2;
constexpr int kExitCannot = 3;
// Of one run; the others are like them.
constexpr std::size_t kViolationsShown = 5;
constexpr std::size_t kCarsMax = 9;

struct Arguments {
  std::optional<std::uint64_t> seed;
  std::string seeds = "1..100";
  std::string file;
  std::size_t cars = 1;
  double days = 1;
  std::string faults = "all";
  std::size_t jobs = std::max(1U, std::thread::hardware_concurrency());
  bool trace = false;
  bool until_broken = false;
  bool list_faults = false;
  bool json = false;
};

void declare(CLI::App& app, Arguments& arguments) {
  app.add_option("--seeds", arguments.seeds, "Runs with these seeds, FIRST..LAST")->capture_default_str();
  auto* seed = app.add_option("--seed", arguments.seed, "One run");
  app.add_option("--file", arguments.file,
                 "Runs of a file, a line each: --seed S [--cars N] [--days D] [--faults LIST]");
  app.add_option("--cars", arguments.cars, "Cars in a run")
      ->capture_default_str()
      ->check(CLI::Range(std::size_t{1}, kCarsMax));
  app.add_option("--days", arguments.days, "Days in which things go wrong; nine hours to recover follow")
      ->capture_default_str()
      ->check(CLI::Range(0.001, 366.0));
  app.add_option("--faults", arguments.faults, "all, none, or names with commas")->capture_default_str();
  app.add_option("--jobs", arguments.jobs, "Runs at a time")->capture_default_str()->check(CLI::Range(1, 256));
  app.add_flag("--trace", arguments.trace, "With --seed: tell what happens, line by line")->needs(seed);
  app.add_flag("--until-broken", arguments.until_broken, "Stop at the first broken promise");
  app.add_flag("--list-faults", arguments.list_faults, "Name the faults");
  app.add_flag("--json", arguments.json, "One JSON object as the last line");
  app.footer(
      "Cars, modems, network, broker and server on one virtual clock. The seed decides which faults happen how often.\n"
      "Exit code 1: a promise was broken; the command that repeats it is printed.\n\n"
      "smartkar-sim --seeds 1..1000 --cars 3 --days 2\nsmartkar-sim --seed 17 --trace | less");
}

int listFaults() {
  for (const FaultKind& kind : faultKinds()) {
    std::printf("%-20s %s\n", std::string(kind.name).c_str(), std::string(kind.meaning).c_str());
  }
  return 0;
}

// Which runs; a sentence for people if that cannot be read.
Result<std::vector<CampaignSettings>, std::string> runsOf(const Arguments& arguments) {
  CampaignSettings settings;
  settings.cars = arguments.cars;
  settings.span = spanOf(arguments.days);
  auto faults = faultsFromText(arguments.faults);
  if (!faults) return Failure{faults.error()};
  settings.faults = *std::move(faults);
  std::vector<CampaignSettings> runs;
  if (!arguments.file.empty()) {
    std::ifstream file(arguments.file);
    if (!file) return Failure{arguments.file + " cannot be read"};
    for (std::string line; std::getline(file, line);) {
      if (line.empty() || line.front() == '#') continue;
      auto run = runFromLine(line, settings);
      if (!run) return Failure{arguments.file + ": " + run.error()};
      runs.push_back(*std::move(run));
    }
    return runs;
  }
  std::uint64_t first = 0, last = 0;
  char rest = 0;
  if (std::sscanf(arguments.seeds.c_str(), "%lu..%lu%c", &first, &last, &rest) != 2 || first > last) {
    return Failure{"--seeds " + arguments.seeds + ": write FIRST..LAST"};
  }
  if (arguments.seed) first = last = *arguments.seed;
  for (settings.seed = first; settings.seed <= last; ++settings.seed) runs.push_back(settings);
  return runs;
}

std::string clockTime(Duration time) {
  std::array<char, 32> text{};
  const auto ms = time / 1ms;
  std::snprintf(text.data(), text.size(), "%3lld:%02lld:%02lld.%03lld", static_cast<long long>(ms / 3'600'000),
                static_cast<long long>(ms / 60'000 % 60), static_cast<long long>(ms / 1000 % 60),
                static_cast<long long>(ms % 1000));
  return text.data();
}

int trace(const CampaignSettings& settings) {
  const auto result = play(settings, [](Duration time, std::string_view line) {
    std::printf("%s %.*s\n", clockTime(time).c_str(), static_cast<int>(line.size()), line.data());
  });
  return result.violations.empty() ? 0 : kExitBroken;
}

void tellBroken(const CampaignSettings& settings, const CampaignResult& result) {
  if (isatty(STDERR_FILENO) != 0) std::fprintf(stderr, "\r\033[K");
  std::printf("%s\n", runLine(settings).c_str());
  for (std::size_t i = 0; i < std::min(result.violations.size(), kViolationsShown); ++i) {
    const Violation& violation = result.violations[i];
    const std::string who = violation.car ? "car " + std::to_string(*violation.car) : "server";
    const std::string when = violation.at < kBegin ? "" : clockTime(violation.at - kBegin) + " ";
    std::printf("  P%d %s%s: %s\n", violation.promise, when.c_str(), who.c_str(), violation.text.c_str());
  }
  if (result.violations.size() > kViolationsShown)
    std::printf("  and %zu more\n", result.violations.size() - kViolationsShown);
}

void tellProgress(std::size_t done, std::size_t all, std::size_t broken, double seconds) {
  if (isatty(STDERR_FILENO) == 0) return;
  const double left = seconds / static_cast<double>(done) * static_cast<double>(all - done);
  std::fprintf(stderr, "\r\033[K%zu of %zu runs, %zu broken, %.0f s left", done, all, broken, left);
  if (done == all) std::fprintf(stderr, "\r\033[K");
}

int playAll(const std::vector<CampaignSettings>& runs, const Arguments& arguments) {
  const auto began = std::chrono::steady_clock::now();
  const auto seconds = [&] { return std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count(); };
  Summary summary;
  Player player(arguments.jobs);
  std::optional<std::pair<CampaignSettings, int>> first_broken;
  player.play(runs, [&](const CampaignSettings& settings, const CampaignResult& result) {
    summary.add(settings, result);
    if (!result.violations.empty()) {
      tellBroken(settings, result);
      if (!first_broken) first_broken = {settings, result.violations.front().promise};
    }
    tellProgress(summary.runs(), runs.size(), summary.broken(), seconds());
    return !first_broken || !arguments.until_broken;
  });
  std::printf("%s", summary.text(seconds()).c_str());
  if (first_broken && !arguments.until_broken) {
    Player alone(1);
    const CampaignSettings smallest = minimise(first_broken->first, first_broken->second, alone);
    std::printf("smallest: ./dev sim %s --trace\n", runLine(smallest).c_str());
  }
  if (arguments.json) std::printf("%s\n", summary.json(seconds()).c_str());
  return first_broken ? kExitBroken : 0;
}

}  // namespace

int main(int argc, char** argv) try {
  Arguments arguments;
  CLI::App app{"Plays the whole system under faults and checks the promise"};
  declare(app, arguments);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : kExitUsage;
  }
  if (arguments.list_faults) return listFaults();
  const auto runs = runsOf(arguments);
  if (!runs) {
    std::fprintf(stderr, "smartkar-sim: %s\n", runs.error().c_str());
    return kExitUsage;
  }
  if (arguments.trace) return trace(runs->front());
  return playAll(*runs, arguments);
} catch (const std::exception& error) {
  std::fprintf(stderr, "smartkar-sim: %s\n", error.what());
  return kExitCannot;
}
