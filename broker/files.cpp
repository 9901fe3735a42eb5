#include "broker/files.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <fstream>
#include <iterator>
#include <system_error>

namespace smartkar::broker {
namespace {

namespace fs = std::filesystem;

Problem fileProblem(const char* verb, const fs::path& path, int error) {
  return {error == ENOENT ? ProvisionError::NotFound : ProvisionError::FileFailed,
          std::string("cannot ") + verb + " " + path.string() + ": " + std::generic_category().message(error)};
}

bool writeAll(int fd, std::string_view text) {
  while (!text.empty()) {
    const ssize_t written = ::write(fd, text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return false;
    text.remove_prefix(static_cast<std::size_t>(written));
  }
  return true;
}

// A rename is on disk only when its directory is.
void syncDirectory(const fs::path& directory) {
  const int fd = ::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0) return;
  ::fsync(fd);
  ::close(fd);
}

}  // namespace

Result<void, Problem> writeFile(const fs::path& path, std::string_view text, Access access) {
  const fs::path directory = path.has_parent_path() ? path.parent_path() : fs::path(".");
  std::string temporary = (directory / ("." + path.filename().string() + ".XXXXXX")).string();
  const int fd = ::mkostemp(temporary.data(), O_CLOEXEC);  // creates with 0600
  if (fd < 0) return Failure{fileProblem("write", path, errno)};

  const bool written = writeAll(fd, text) && ::fchmod(fd, access == Access::Private ? 0600 : 0644) == 0 &&
                       ::fsync(fd) == 0 && ::rename(temporary.c_str(), path.c_str()) == 0;
  const int error = errno;
  ::close(fd);
  if (!written) {
    ::unlink(temporary.c_str());
    return Failure{fileProblem("write", path, error)};
  }
  syncDirectory(directory);
  return {};
}

Result<std::string, Problem> readFile(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return Failure{fileProblem("read", path, errno)};
  std::string text{std::istreambuf_iterator<char>(file), {}};
  if (file.bad()) return Failure{fileProblem("read", path, EIO)};
  return text;
}

Result<void, Problem> makeDirectory(const fs::path& path) {
  std::error_code error;
  const bool created = fs::create_directories(path, error);
  if (error) return Failure{fileProblem("create directory", path, error.value())};
  if (created) fs::permissions(path, fs::perms::owner_all, error);
  if (error) return Failure{fileProblem("set permissions of", path, error.value())};
  return {};
}

}  // namespace smartkar::broker
