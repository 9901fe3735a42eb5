#include "server/app/device_directory.hpp"

#include <algorithm>
#include <system_error>

#include "protocol/topics.hpp"

namespace smartkar::server {

namespace fs = std::filesystem;

bool DeviceDirectory::contains(std::string_view ccid) const {
  std::error_code ignored;
  return protocol::validCcid(ccid) && fs::is_directory(folder_ / ccid, ignored);
}

std::vector<std::string> DeviceDirectory::list() const {
  std::vector<std::string> ccids;
  std::error_code error;
  for (fs::directory_iterator entry(folder_, error), end; !error && entry != end; entry.increment(error)) {
    std::string name = entry->path().filename().string();
    if (contains(name)) ccids.push_back(std::move(name));
  }
  std::sort(ccids.begin(), ccids.end());
  return ccids;
}

}  // namespace smartkar::server
