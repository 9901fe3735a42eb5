#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace smartkar::server {

// The registered cars: one folder each, named by the CCID. Looks at the disk every time, so that provisioning needs no
// restart.
class DeviceDirectory {
 public:
  explicit DeviceDirectory(std::filesystem::path folder) : folder_(std::move(folder)) {}

  // False also for what is no CCID.
  bool contains(std::string_view ccid) const;
  // Sorted; empty if the folder does not exist (yet).
  std::vector<std::string> list() const;

 private:
  const std::filesystem::path folder_;
};

}  // namespace smartkar::server
