#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>

#include "test/support/child_process.hpp"
#include "test/support/temporary_directory.hpp"

namespace smartkar::test {

// A PostgreSQL server of a test, in a directory of its own. It cannot run as root: then it runs as "postgres" or, if
// there is no such user, as "nobody".
class PostgresServer {
 public:
  // Throws if it does not start.
  PostgresServer();
  // Ends at once.
  ~PostgresServer();
  PostgresServer(const PostgresServer&) = delete;
  PostgresServer& operator=(const PostgresServer&) = delete;

  // One for all tests of the process, because it takes seconds to make.
  static PostgresServer& shared();

  // Of a schema in which nothing is yet.
  std::string emptyUrl();
  // parameters: appended to the url, "&options=…"; may be empty.
  std::string url(const std::string& parameters = {}) const;
  void start();
  // As kill -9 of all its processes: what was committed must still be there after start().
  void stopImmediately();

 private:
  std::vector<std::string> asUser(std::vector<std::string> arguments) const;

  TemporaryDirectory directory_;
  std::uint16_t port_;
  int schemas_ = 0;
  std::unique_ptr<ChildProcess> process_;
};

}  // namespace smartkar::test
