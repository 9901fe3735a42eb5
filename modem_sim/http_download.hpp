#pragma once

#include <functional>
#include <string>

#include "modem_sim/file_store.hpp"
#include "modem_sim/http_client.hpp"

namespace smartkar::modem_sim {

struct Core;

// AT+HTTPTOFS: a file from a server, at once into the file system (AT Manual V1.05 §13.2.13).
class HttpDownload {
 public:
  struct Job {
    std::string url;
    std::string path;  // "/customer/test.bin"
    Duration timeout{0};
    int tries = 1;
  };
  // The server's status, or an HttpFailure, and the size of the file.
  using Done = std::function<void(unsigned status, std::size_t size)>;

  explicit HttpDownload(Core& core) : core_(core), client_(core) {}

  // Only if not busy(). False: url or path cannot be used. done: told once, later, unless reset() is first.
  bool start(const Job& job, Done done);
  bool busy() const { return done_ != nullptr; }
  // The latest.
  const Job& job() const { return job_; }
  // Bytes that have come, and those of the whole file; 0 while unknown.
  std::size_t received() const;
  std::size_t total() const;

  // See HttpClient; there are no further tries.
  void bearerClosed();
  void bearerLost();
  void reset();

 private:
  void attempt();
  void ended(unsigned status);

  Core& core_;
  HttpClient client_;
  Job job_;
  Endpoint endpoint_;
  HttpClient::Request request_;
  FileStore::Name file_;
  int tries_left_ = 0;
  Done done_;
};

}  // namespace smartkar::modem_sim
