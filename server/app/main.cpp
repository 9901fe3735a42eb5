#include <unistd.h>

#include <CLI/CLI.hpp>
#include <csignal>
#include <exception>
#include <filesystem>
#include <iostream>
#include <optional>
#include <string>
#include <vector>

#include "server/app/server.hpp"
#include "server/app/spdlog_sink.hpp"
#include "server/store/open_store.hpp"
#include "server/store/store_lock.hpp"

namespace {

using namespace smartkar::server;  // NOLINT: this file is the program

constexpr int kUsage = 2;
constexpr int kCannotStart = 1;

constexpr const char* kExamples =
    "Examples:\n"
    "  smartkar-server --config .smartkar/server/server.toml\n"
    "  smartkar-server --config .smartkar/server/server.toml --check-config\n"
    "  smartkar-server --config .smartkar/server/server.toml --backup copy.db\n"
    "  smartkar-server --config .smartkar/server/server.toml --restore copy.db\n"
    "The folder .smartkar is made by `smartkarctl init`. SIGTERM or Ctrl-C ends the server;\n"
    "SIGHUP has it read [log], [sms] and its token file again.\n"
    "Exit codes: 0 ended on request, 1 could not start or the store failed, 2 wrong usage or configuration.";

struct Options {
  std::filesystem::path config;
  bool check_only = false;
  std::string backup;   // where to; empty: not this
  std::string restore;  // where from; empty: not this
};

std::vector<std::string> environment() {
  std::vector<std::string> variables;
  for (char** variable = environ; *variable != nullptr; ++variable) variables.emplace_back(*variable);
  return variables;
}

int exitCodeOf(const StoreResult<void>& result) {
  if (result) return 0;
  std::cerr << "smartkar-server: " << result.error().message << '\n';
  return kCannotStart;
}

StoreResult<void> backUp(const Config& config, const std::string& target) {
  const auto store = openStore(config.store);
  if (!store) return smartkar::Failure{store.error()};
  return (*store)->backup(target);
}

StoreResult<void> restore(const Config& config, const std::string& copy) {
  const auto lock = StoreLock::take(config.store);
  if (!lock) return smartkar::Failure{lock.error()};
  return restoreStore(config.store, copy);
}

// Nothing: the files can be used.
std::optional<std::string> tlsProblem(const Config& config) {
  for (const auto& files : {config.mqtt.first.tls, config.mqtt.second.value_or(config.mqtt.first).tls}) {
    if (!files) continue;
    if (const auto tls = makeTlsContext(*files); !tls) return tls.error();
  }
  if (config.tcp.listen) {
    smartkar::NullLogSink sink;
    if (const auto entrance = TlsEntrance::open(config.tcp.files, sink); !entrance) return entrance.error();
  }
  return std::nullopt;
}

// Nothing, and each problem in the log, if it cannot be used.
std::optional<Config> reload(const Options& options, SpdlogSink& sink) {
  auto config = loadConfig(options.config, environment());
  if (config) {
    sink.setLeast(config->log_level);
    return *std::move(config);
  }
  const smartkar::Log log(sink, "server");
  for (const std::string& problem : config.error()) log.error("%s", problem.c_str());
  log.error("the configuration cannot be used; the one before stays in force");
  return std::nullopt;
}

int start(const Options& options) {
  const auto config = loadConfig(options.config, environment());
  if (!config) {
    for (const std::string& problem : config.error()) std::cerr << problem << '\n';
    return kUsage;
  }
  if (const auto problem = tlsProblem(*config)) {
    std::cerr << *problem << '\n';
    return kUsage;
  }
  if (options.check_only) {
    std::cout << options.config.string() << ": ok\n";
    return 0;
  }
  if (!options.backup.empty()) return exitCodeOf(backUp(*config, options.backup));
  if (!options.restore.empty()) return exitCodeOf(restore(*config, options.restore));
  SpdlogSink sink(config->log_level);
  const auto server = Server::create(*config, sink, [&] { return reload(options, sink); });
  if (!server) {
    std::cerr << "smartkar-server: " << server.error() << '\n';
    return kCannotStart;
  }
  return (*server)->run();
}

}  // namespace

int main(int argc, char** argv) try {
  Options options;
  CLI::App app(
      "The SmartKar server: delivers commands to cars over MQTT, keeps what they report, serves the HTTP API.");
  app.set_version_flag("--version", "smartkar-server " SMARTKAR_VERSION);
  app.add_option("-c,--config", options.config, "Configuration file (TOML)")->required()->type_name("FILE");
  app.add_flag("--check-config", options.check_only, "Read the configuration and the files it names, then end");
  auto* backup = app.add_option("--backup", options.backup,
                                "Copy the store to this new file, also while a server uses it, then end")
                     ->type_name("COPY");
  app.add_option("--restore", options.restore, "Put such a copy in the place of the store's contents, then end")
      ->type_name("COPY")
      ->excludes(backup);
  app.footer(kExamples);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : kUsage;
  }
  std::signal(SIGPIPE, SIG_IGN);
  return start(options);
} catch (const std::exception& error) {
  std::cerr << "smartkar-server: " << error.what() << '\n';
  return kCannotStart;
}
