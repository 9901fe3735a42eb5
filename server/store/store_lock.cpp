#include "server/store/store_lock.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>
#include <utility>

#include "server/store/open_store.hpp"

namespace smartkar::server {

StoreResult<StoreLock> StoreLock::take(const std::string& location) {
  if (!isFile(location)) return StoreLock(-1);
  const std::string path = location + ".lock";
  const int file = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (file < 0) {
    return Failure{StoreFailure{StoreError::CannotOpen, path + ": " + std::generic_category().message(errno)}};
  }
  StoreLock lock(file);
  if (::flock(file, LOCK_EX | LOCK_NB) == 0) return lock;
  return Failure{StoreFailure{StoreError::Busy, location + ": a smartkar-server uses it"}};
}

StoreLock::StoreLock(StoreLock&& other) noexcept : file_(std::exchange(other.file_, -1)) {}

StoreLock& StoreLock::operator=(StoreLock&& other) noexcept {
  std::swap(file_, other.file_);
  return *this;
}

StoreLock::~StoreLock() {
  if (file_ >= 0) ::close(file_);
}

}  // namespace smartkar::server
