#include "test/support/postgres_server.hpp"

#include <pwd.h>
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <stdexcept>

#include "test/support/loopback.hpp"

namespace smartkar::test {
namespace {

namespace fs = std::filesystem;

// Far more than it takes on a loaded machine.
constexpr std::chrono::seconds kStart{120};

// Debian keeps the programs of each version in a folder of its own, which is not in the PATH.
std::string program(const std::string& name) {
  std::string newest = name;
  std::error_code none;
  for (const auto& version : fs::directory_iterator("/usr/lib/postgresql", none)) {
    const fs::path path = version.path() / "bin" / name;
    if (fs::exists(path)) newest = std::max(newest, path.string());
  }
  return newest;
}

const passwd* unprivileged() {
  const passwd* entry = ::getpwnam("postgres");
  return entry != nullptr ? entry : ::getpwnam("nobody");
}

}  // namespace

PostgresServer::PostgresServer() : port_(freeLoopbackPort()) {
  if (::getuid() == 0) {
    const passwd* const user = unprivileged();
    if (user == nullptr || ::chown(directory_.path().c_str(), user->pw_uid, user->pw_gid) != 0) {
      throw std::runtime_error("no user for PostgreSQL");
    }
  }
  const std::string data = (directory_.path() / "data").string();
  const auto made = runProgram(asUser({program("initdb"), "--no-sync", "--auth=trust", "--username=smartkar",
                                       "--encoding=UTF8", "--locale=C", "--pgdata=" + data}),
                               kStart);
  if (made.exit_code != 0) throw std::runtime_error("initdb failed: " + made.output);
  start();
}

PostgresServer::~PostgresServer() { stopImmediately(); }

PostgresServer& PostgresServer::shared() {
  static PostgresServer server;
  return server;
}

std::string PostgresServer::emptyUrl() {
  const std::string name = "t" + std::to_string(++schemas_);
  const auto made = runProgram({program("psql"), "--quiet", "--command=CREATE SCHEMA " + name, url()}, kStart);
  if (made.exit_code != 0) throw std::runtime_error("psql failed: " + made.output);
  return url("&options=-csearch_path%3D" + name);
}

std::string PostgresServer::url(const std::string& parameters) const {
  return "postgresql://smartkar@/postgres?host=" + directory_.path().string() + "&port=" + std::to_string(port_) +
         parameters;
}

void PostgresServer::start() {
  const std::string directory = directory_.path().string();
  process_ = std::make_unique<ChildProcess>(
      asUser({program("postgres"), "-D", directory + "/data", "-c", "listen_addresses=", "-c",
              "unix_socket_directories=" + directory, "-p", std::to_string(port_)}));
  if (process_->waitForText("ready to accept connections", kStart)) return;
  std::string output;
  for (const std::string& line : process_->lines()) output.append(line).append("\n");
  throw std::runtime_error("PostgreSQL did not start: " + output);
}

void PostgresServer::stopImmediately() {
  if (!process_) return;
  process_->signal(SIGQUIT);  // "immediate shutdown" (PostgreSQL 15, section 19.5)
  process_->waitForExit(kStart);
  process_.reset();
}

std::vector<std::string> PostgresServer::asUser(std::vector<std::string> arguments) const {
  if (::getuid() != 0) return arguments;
  const passwd* const user = unprivileged();
  std::vector<std::string> all{"setpriv", "--reuid=" + std::to_string(user->pw_uid),
                               "--regid=" + std::to_string(user->pw_gid), "--clear-groups", "--pdeathsig=QUIT"};
  all.insert(all.end(), arguments.begin(), arguments.end());
  return all;
}

}  // namespace smartkar::test
