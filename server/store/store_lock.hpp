#pragma once

#include <string>

#include "server/store/store.hpp"

namespace smartkar::server {

// The right to write to a store kept in a file. A second server would decide without knowing what the first one
// decides: commands could run twice (P1). Ends with the object and with the process, however that ends.
class StoreLock {
 public:
  // location: as in openStore. PostgreSQL takes as many servers as one likes: nothing is locked. Fails with Busy if
  // another process has it, with CannotOpen if the file LOCATION.lock cannot be made.
  static StoreResult<StoreLock> take(const std::string& location);

  StoreLock(StoreLock&& other) noexcept;
  StoreLock& operator=(StoreLock&& other) noexcept;
  ~StoreLock();

 private:
  explicit StoreLock(int file) : file_(file) {}

  int file_;  // -1: nothing is locked
};

}  // namespace smartkar::server
