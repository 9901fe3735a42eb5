#include "server/app/device_directory.hpp"

#include <algorithm>
#include <chrono>
#include <fstream>
#include <system_error>

#include "protocol/topics.hpp"

namespace smartkar::server {

namespace fs = std::filesystem;

namespace {

// Two changes within this time may leave the same modification time, on any file system in use.
constexpr std::chrono::seconds kTimestampGrain{2};

}  // namespace

bool DeviceDirectory::contains(std::string_view ccid) const {
  std::error_code ignored;
  return protocol::validCcid(ccid) && fs::is_directory(folder_ / ccid, ignored);
}

std::string DeviceDirectory::number(std::string_view ccid) const {
  std::ifstream file(folder_ / ccid / "number");
  std::string number;
  file >> number;
  return number;
}

const std::vector<std::string>& DeviceDirectory::list() {
  std::error_code error;
  const fs::file_time_type changed = fs::last_write_time(folder_, error);
  if (!error && listed_at_ == changed) return listed_;
  read();
  const bool certain = !error && fs::file_time_type::clock::now() - changed > kTimestampGrain;
  listed_at_ = certain ? std::optional(changed) : std::nullopt;
  return listed_;
}

void DeviceDirectory::read() {
  listed_.clear();
  std::error_code error;
  for (fs::directory_iterator entry(folder_, error), end; !error && entry != end; entry.increment(error)) {
    std::string name = entry->path().filename().string();
    if (contains(name)) listed_.push_back(std::move(name));
  }
  std::sort(listed_.begin(), listed_.end());
}

}  // namespace smartkar::server
