#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace smartkar::server {

// The registered cars: one folder each, named by the CCID. Provisioning needs no restart: what is on the disk counts.
class DeviceDirectory {
 public:
  explicit DeviceDirectory(std::filesystem::path folder) : folder_(std::move(folder)) {}

  // False also for what is no CCID.
  bool contains(std::string_view ccid) const;
  // The number of the car's modem, as it stands in its folder in the file `number`; empty: there is none.
  std::string number(std::string_view ccid) const;
  // Sorted; empty if the folder does not exist (yet).
  const std::vector<std::string>& list();

 private:
  void read();

  const std::filesystem::path folder_;
  // What the folder held, and its modification time if that is certain to change with the next car.
  std::vector<std::string> listed_;
  std::optional<std::filesystem::file_time_type> listed_at_;
};

}  // namespace smartkar::server
