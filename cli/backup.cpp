#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <boost/json/serialize.hpp>
#include <filesystem>
#include <optional>
#include <ostream>
#include <string>
#include <vector>

#include "broker/installation.hpp"
#include "cli/verbs.hpp"

namespace smartkar::cli {
namespace {

namespace fs = std::filesystem;

constexpr const char* kServer = "smartkar-server";

// The one beside this program, else the one that PATH names.
std::string serverProgram() {
  std::error_code error;
  const fs::path beside = fs::read_symlink("/proc/self/exe", error).parent_path() / kServer;
  return !error && fs::exists(beside, error) ? beside.string() : kServer;
}

// Runs the server's program, whose complaints go to this program's error output. Nothing: it could not be started or
// was killed.
std::optional<int> runServer(std::vector<std::string> words) {
  words.insert(words.begin(), serverProgram());
  std::vector<char*> arguments;
  arguments.reserve(words.size() + 1);
  for (std::string& word : words) arguments.push_back(word.data());
  arguments.push_back(nullptr);
  pid_t child = 0;
  if (::posix_spawnp(&child, arguments[0], nullptr, nullptr, arguments.data(), environ) != 0) return std::nullopt;
  int status = 0;
  if (::waitpid(child, &status, 0) != child || !WIFEXITED(status)) return std::nullopt;
  return WEXITSTATUS(status);
}

// Only the server's program knows where and how the store is kept.
int haveServerDo(const std::string& option, const std::string& file, const Arguments& arguments, Streams streams) {
  const auto installation = broker::Installation::open(arguments.directory);
  if (!installation) {
    streams.err << "smartkarctl: " << installation.error().text << "\nGive the server's directory with --dir.\n";
    return exit_code::kUsage;
  }
  const auto code = runServer({"--config", installation->serverConfig().string(), option, file});
  if (code) return *code;
  streams.err << "smartkarctl: " << kServer
              << " cannot be run; it must be beside smartkarctl or in PATH, on the machine of the server\n";
  return exit_code::kFailed;
}

}  // namespace

int backup(const BackupVerb& verb, const Arguments& arguments, Streams streams) {
  const int code = haveServerDo("--backup", verb.file, arguments, streams);
  if (code != exit_code::kOk) return code;
  if (arguments.json) {
    streams.out << json::serialize(json::object{{"backup", verb.file}}) << '\n';
  } else {
    streams.out << "The server's data is in " << verb.file << ". Keep ca/ and server/ of " << arguments.directory
                << " with it: without their keys no car connects.\n";
  }
  return exit_code::kOk;
}

int restore(const RestoreVerb& verb, const Arguments& arguments, Streams streams) {
  const int code = haveServerDo("--restore", verb.file, arguments, streams);
  if (code != exit_code::kOk) return code;
  if (arguments.json) {
    streams.out << json::serialize(json::object{{"restored", verb.file}}) << '\n';
  } else {
    streams.out << "The server's data is that of " << verb.file
                << ". Commands sent since then come back from each car's journal at its next contact.\n";
  }
  return exit_code::kOk;
}

}  // namespace smartkar::cli
