#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/random.hpp"

namespace smartkar::sim {

class DiskVfs;

// What a disk says to a change.
enum class DiskAnswer : std::uint8_t {
  Done,
  Full,     // no room; nothing changed
  NoPower,  // what was under way may have been done, in part or not at all
};

// A disk with files that SQLite can work on (path()). It loses power at a chosen change, or becomes full. What was not
// synced then survives sector by sector or not, as the seed wants. One thread.
class Disk {
 public:
  static constexpr std::size_t kSectorBytes = 512;

  explicit Disk(std::uint64_t seed);
  ~Disk();
  Disk(const Disk&) = delete;
  Disk& operator=(const Disk&) = delete;

  // The name of a file for SqliteStore::open().
  std::string path(std::string_view file) const;

  // The power goes at the n-th change from now (from 1): a write, truncation, sync, deletion or new file.
  void cutPowerAt(std::uint64_t change) { cut_at_ = changes_ + change; }
  void cutPower();
  // Whoever had a file open has to open it again.
  void powerOn();
  bool powered() const { return powered_; }
  // Since it was made.
  std::uint64_t changes() const { return changes_; }
  // How much its files may hold together; nothing: no limit.
  void setCapacity(std::optional<std::size_t> bytes) { capacity_ = bytes; }
  // True: a sync is answered and not done. No store survives that.
  void setLying(bool lying) { lying_ = lying; }

  // Everything that is on it, as programs see it.
  using Files = std::map<std::string, std::string, std::less<>>;
  Files files() const;
  // As from a backup. Nothing may be open.
  void setFiles(const Files& files);

 private:
  friend class DiskVfs;

  // A change that is not safe yet, and how to take it back.
  struct Change {
    std::size_t offset;
    std::string before;
    std::size_t size_before;  // of the file
    bool cut = false;         // a truncation
  };
  struct File {
    std::string name;
    std::string content;
    std::vector<Change> unsafe;
    bool entry_safe = false;  // in its folder
  };

  // For the VFS. A file that is gone lives as long as somebody has it open.
  std::shared_ptr<File> find(std::string_view name) const;
  std::shared_ptr<File> create(std::string_view name);
  DiskAnswer write(File& file, std::size_t offset, std::string_view bytes);
  DiskAnswer truncate(File& file, std::size_t size);
  DiskAnswer sync(File& file);
  // safe: the folder is synced, too.
  DiskAnswer remove(std::string_view name, bool safe);
  // Counts up with each loss of power: what was opened before is of no use.
  std::uint64_t life() const { return life_; }

  void syncFolder();
  bool powerGoesNow() { return ++changes_ == cut_at_; }
  void put(File& file, std::size_t offset, std::string_view bytes);
  void takeBack(File& file);
  std::size_t used() const;

  Random random_;
  std::map<std::string, std::shared_ptr<File>, std::less<>> files_;
  std::map<std::string, std::shared_ptr<File>, std::less<>> removed_;  // not safely
  std::uint64_t changes_ = 0;
  std::uint64_t cut_at_ = 0;
  std::uint64_t life_ = 1;
  bool powered_ = true;
  bool lying_ = false;
  std::optional<std::size_t> capacity_;
  std::unique_ptr<DiskVfs> vfs_;
};

}  // namespace smartkar::sim
