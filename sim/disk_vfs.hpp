#pragma once

#include <sqlite3.h>

#include <array>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "sim/disk.hpp"

namespace smartkar::sim {

// SQLite's view of a Disk (https://www.sqlite.org/vfs.html), as long as this lives. The memory that connections share
// in WAL mode is kept here, too: it does not survive a loss of power.
class DiskVfs {
 public:
  // disk: outlives this. seed: of the numbers that SQLite draws.
  DiskVfs(Disk& disk, std::uint64_t seed);
  ~DiskVfs();
  DiskVfs(const DiskVfs&) = delete;
  DiskVfs& operator=(const DiskVfs&) = delete;

  const std::string& name() const { return name_; }

 private:
  struct Shared {
    std::vector<std::unique_ptr<std::vector<char>>> regions;
    std::array<int, SQLITE_SHM_NLOCK> readers{};
    std::array<bool, SQLITE_SHM_NLOCK> writer{};
  };
  // Of one database file: who holds which lock (https://www.sqlite.org/lockingv3.html).
  struct Locks {
    int shared = 0;
    bool reserved = false;
    bool exclusive = false;
  };
  struct OpenFile;
  struct Methods;
  friend struct Methods;

  void forgetAfterPowerLoss();

  Disk& disk_;
  const std::string name_;
  sqlite3_vfs vfs_{};
  std::map<std::string, Shared, std::less<>> shared_;
  std::map<std::string, Locks, std::less<>> locks_;
  std::uint64_t life_ = 1;  // of the disk, in which these were made
};

}  // namespace smartkar::sim
