#pragma once

#include <string>

namespace smartkar::test {

// A connection to a Unix socket that speaks lines. Throws std::runtime_error when it cannot.
class UnixStream {
 public:
  explicit UnixStream(const std::string& path);
  ~UnixStream();
  UnixStream(const UnixStream&) = delete;
  UnixStream& operator=(const UnixStream&) = delete;

  void send(const std::string& text) const;
  // The next line without its end; waits for it.
  std::string line() const;

 private:
  int fd_ = -1;
};

}  // namespace smartkar::test
