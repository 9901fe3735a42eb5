#include "sim/disk_vfs.hpp"

#include <algorithm>
#include <cstdio>
#include <cstring>
#include <new>

#include "base/assert.hpp"

namespace smartkar::sim {
namespace {

// One name for each VFS of the process.
std::string newName() {
  static int made = 0;
  return "simulated-disk-" + std::to_string(++made);
}

int codeOf(DiskAnswer answer, int without_power) {
  if (answer == DiskAnswer::Done) return SQLITE_OK;
  return answer == DiskAnswer::Full ? SQLITE_FULL : without_power;
}

}  // namespace

// A handle. SQLite provides its memory, and calls xClose once.
struct DiskVfs::OpenFile : sqlite3_file {
  DiskVfs* vfs;
  std::shared_ptr<Disk::File> file;
  std::uint64_t life;  // of the disk, when it was opened
  int lock = SQLITE_LOCK_NONE;
  std::uint16_t shared_held = 0;
  std::uint16_t exclusive_held = 0;

  bool alive() const { return vfs->disk_.powered() && life == vfs->disk_.life(); }
};

struct DiskVfs::Methods {
  static DiskVfs& of(sqlite3_vfs* vfs) { return *static_cast<DiskVfs*>(vfs->pAppData); }
  static OpenFile& of(sqlite3_file* file) { return *static_cast<OpenFile*>(file); }

  static int open(sqlite3_vfs* vfs, const char* name, sqlite3_file* memory, int flags, int* flags_out) {
    memory->pMethods = nullptr;
    DiskVfs& self = of(vfs);
    if (!self.disk_.powered()) return SQLITE_CANTOPEN;
    self.forgetAfterPowerLoss();
    auto file = name != nullptr ? self.disk_.find(name) : std::make_shared<Disk::File>();
    if (!file && (flags & SQLITE_OPEN_CREATE) != 0) file = self.disk_.create(name);
    if (!file) return SQLITE_CANTOPEN;
    auto* const opened = new (memory) OpenFile{};
    opened->pMethods = &kFileMethods;
    opened->vfs = &self;
    opened->file = std::move(file);
    opened->life = self.disk_.life();
    if (flags_out != nullptr) *flags_out = flags;
    return SQLITE_OK;
  }
  static int remove(sqlite3_vfs* vfs, const char* name, int sync_folder) {
    Disk& disk = of(vfs).disk_;
    if (!disk.powered()) return SQLITE_IOERR_DELETE;
    if (!disk.find(name)) return SQLITE_IOERR_DELETE_NOENT;
    return codeOf(disk.remove(name, sync_folder != 0), SQLITE_IOERR_DELETE);
  }
  static int access(sqlite3_vfs* vfs, const char* name, int, int* result) {
    Disk& disk = of(vfs).disk_;
    if (!disk.powered()) return SQLITE_IOERR_ACCESS;
    *result = disk.find(name) ? 1 : 0;
    return SQLITE_OK;
  }
  static int fullName(sqlite3_vfs*, const char* name, int size, char* out) {
    std::snprintf(out, static_cast<std::size_t>(size), "%s", name);
    return SQLITE_OK;
  }
  static int randomness(sqlite3_vfs*, int size, char* out) {
    std::memset(out, 0, static_cast<std::size_t>(size));
    return size;
  }
  static int sleep(sqlite3_vfs*, int microseconds) { return microseconds; }
  // Noon of 2026-01-01 as a Julian day; nothing that is stored depends on it.
  static int currentTime(sqlite3_vfs*, double* out) {
    *out = 2461042.0;
    return SQLITE_OK;
  }
  static int lastError(sqlite3_vfs*, int, char*) { return 0; }

  static int close(sqlite3_file* handle) {
    OpenFile& file = of(handle);
    if (file.alive()) {
      unlock(handle, SQLITE_LOCK_NONE);
      shmUnmap(handle, 0);
    }
    file.~OpenFile();
    return SQLITE_OK;
  }
  static int read(sqlite3_file* handle, void* out, int size, sqlite3_int64 offset) {
    OpenFile& file = of(handle);
    if (!file.alive()) return SQLITE_IOERR_READ;
    const std::string& content = file.file->content;
    const auto wanted = static_cast<std::size_t>(size);
    const std::size_t begin = std::min(content.size(), static_cast<std::size_t>(offset));
    const std::size_t there = std::min(wanted, content.size() - begin);
    std::memcpy(out, content.data() + begin, there);
    if (there == wanted) return SQLITE_OK;
    std::memset(static_cast<char*>(out) + there, 0, wanted - there);
    return SQLITE_IOERR_SHORT_READ;
  }
  static int write(sqlite3_file* handle, const void* bytes, int size, sqlite3_int64 offset) {
    OpenFile& file = of(handle);
    // Not SQLITE_IOERR_WRITE, which the store takes for a full disk.
    if (!file.alive()) return SQLITE_IOERR;
    const std::string_view text(static_cast<const char*>(bytes), static_cast<std::size_t>(size));
    return codeOf(file.vfs->disk_.write(*file.file, static_cast<std::size_t>(offset), text), SQLITE_IOERR);
  }
  static int truncate(sqlite3_file* handle, sqlite3_int64 size) {
    OpenFile& file = of(handle);
    if (!file.alive()) return SQLITE_IOERR_TRUNCATE;
    return codeOf(file.vfs->disk_.truncate(*file.file, static_cast<std::size_t>(size)), SQLITE_IOERR_TRUNCATE);
  }
  static int sync(sqlite3_file* handle, int) {
    OpenFile& file = of(handle);
    if (!file.alive()) return SQLITE_IOERR_FSYNC;
    return codeOf(file.vfs->disk_.sync(*file.file), SQLITE_IOERR_FSYNC);
  }
  static int fileSize(sqlite3_file* handle, sqlite3_int64* size) {
    OpenFile& file = of(handle);
    if (!file.alive()) return SQLITE_IOERR_FSTAT;
    *size = static_cast<sqlite3_int64>(file.file->content.size());
    return SQLITE_OK;
  }

  static int lock(sqlite3_file* handle, int level) {
    OpenFile& file = of(handle);
    if (!file.alive()) return SQLITE_IOERR_LOCK;
    if (file.lock >= level) return SQLITE_OK;
    Locks& locks = file.vfs->locks_[file.file->name];
    if (level == SQLITE_LOCK_SHARED) {
      if (locks.exclusive) return SQLITE_BUSY;
      ++locks.shared;
    } else if (level == SQLITE_LOCK_RESERVED) {
      if (locks.reserved) return SQLITE_BUSY;
      locks.reserved = true;
    } else {
      const bool others_write = file.lock < SQLITE_LOCK_RESERVED && locks.reserved;
      if (locks.shared > 1 || others_write) return SQLITE_BUSY;
      locks.reserved = true;
      locks.exclusive = true;
    }
    file.lock = level;
    return SQLITE_OK;
  }
  static int unlock(sqlite3_file* handle, int level) {
    OpenFile& file = of(handle);
    if (!file.alive() || file.lock <= level) return SQLITE_OK;
    Locks& locks = file.vfs->locks_[file.file->name];
    if (file.lock >= SQLITE_LOCK_RESERVED) locks.reserved = locks.exclusive = false;
    if (level == SQLITE_LOCK_NONE) --locks.shared;
    file.lock = level;
    return SQLITE_OK;
  }
  static int checkReserved(sqlite3_file* handle, int* result) {
    OpenFile& file = of(handle);
    if (!file.alive()) return SQLITE_IOERR_CHECKRESERVEDLOCK;
    *result = file.vfs->locks_[file.file->name].reserved ? 1 : 0;
    return SQLITE_OK;
  }
  static int control(sqlite3_file*, int, void*) { return SQLITE_NOTFOUND; }
  static int sectorSize(sqlite3_file*) { return static_cast<int>(Disk::kSectorBytes); }
  static int characteristics(sqlite3_file*) { return 0; }

  static int shmMap(sqlite3_file* handle, int region, int size, int extend, void volatile** out) {
    OpenFile& file = of(handle);
    if (!file.alive()) return SQLITE_IOERR_SHMMAP;
    auto& regions = file.vfs->shared_[file.file->name].regions;
    const auto index = static_cast<std::size_t>(region);
    *out = nullptr;
    if (index >= regions.size() && extend == 0) return SQLITE_OK;
    while (regions.size() <= index) {
      regions.push_back(std::make_unique<std::vector<char>>(static_cast<std::size_t>(size)));
    }
    *out = regions[index]->data();
    return SQLITE_OK;
  }
  static int shmLock(sqlite3_file* handle, int offset, int count, int flags) {
    OpenFile& file = of(handle);
    if (!file.alive()) return SQLITE_IOERR_SHMLOCK;
    Shared& shared = file.vfs->shared_[file.file->name];
    const auto mask = static_cast<std::uint16_t>(((1 << count) - 1) << offset);
    if ((flags & SQLITE_SHM_UNLOCK) != 0) {
      shmRelease(file, shared, mask);
      return SQLITE_OK;
    }
    const bool exclusive = (flags & SQLITE_SHM_EXCLUSIVE) != 0;
    for (int i = offset; i < offset + count; ++i) {
      const auto slot = static_cast<std::size_t>(i);
      const int others = shared.readers[slot] - ((file.shared_held >> i) & 1);
      const bool written = shared.writer[slot] && ((file.exclusive_held >> i) & 1) == 0;
      if (written || (exclusive && others > 0)) return SQLITE_BUSY;
    }
    for (int i = offset; i < offset + count; ++i) {
      const auto slot = static_cast<std::size_t>(i);
      if (exclusive) shared.writer[slot] = true;
      if (!exclusive && ((file.shared_held >> i) & 1) == 0) ++shared.readers[slot];
    }
    auto& held = exclusive ? file.exclusive_held : file.shared_held;
    held = static_cast<std::uint16_t>(held | mask);
    return SQLITE_OK;
  }
  static void shmRelease(OpenFile& file, Shared& shared, std::uint16_t mask) {
    for (int i = 0; i < SQLITE_SHM_NLOCK; ++i) {
      const auto slot = static_cast<std::size_t>(i);
      if (((mask >> i) & 1) == 0) continue;
      if (((file.exclusive_held >> i) & 1) != 0) shared.writer[slot] = false;
      if (((file.shared_held >> i) & 1) != 0) --shared.readers[slot];
    }
    file.exclusive_held = static_cast<std::uint16_t>(file.exclusive_held & ~mask);
    file.shared_held = static_cast<std::uint16_t>(file.shared_held & ~mask);
  }
  static void shmBarrier(sqlite3_file*) {}
  static int shmUnmap(sqlite3_file* handle, int remove_it) {
    OpenFile& file = of(handle);
    const auto found = file.vfs->shared_.find(file.file->name);
    if (!file.alive() || found == file.vfs->shared_.end()) return SQLITE_OK;
    shmRelease(file, found->second, 0xFFFF);
    if (remove_it != 0) file.vfs->shared_.erase(found);
    return SQLITE_OK;
  }

  static const sqlite3_io_methods kFileMethods;
};

const sqlite3_io_methods DiskVfs::Methods::kFileMethods = {
    2,        close,         read,    write,      truncate,        sync,   fileSize, lock,
    unlock,   checkReserved, control, sectorSize, characteristics, shmMap, shmLock,  shmBarrier,
    shmUnmap, nullptr,       nullptr};

DiskVfs::DiskVfs(Disk& disk, std::uint64_t seed) : disk_(disk), name_(newName()) {
  vfs_.iVersion = 1;
  vfs_.szOsFile = static_cast<int>(sizeof(OpenFile));
  vfs_.mxPathname = 256;
  vfs_.zName = name_.c_str();
  vfs_.pAppData = this;
  vfs_.xOpen = Methods::open;
  vfs_.xDelete = Methods::remove;
  vfs_.xAccess = Methods::access;
  vfs_.xFullPathname = Methods::fullName;
  vfs_.xRandomness = Methods::randomness;
  vfs_.xSleep = Methods::sleep;
  vfs_.xCurrentTime = Methods::currentTime;
  vfs_.xGetLastError = Methods::lastError;
  const int code = sqlite3_vfs_register(&vfs_, 0);
  SK_ASSERT(code == SQLITE_OK);
  // SQLite has one source of random numbers for all (the salt of a log, temporary names).
  sqlite3_test_control(SQLITE_TESTCTRL_PRNG_SEED, static_cast<int>(seed | 1), nullptr);
}

DiskVfs::~DiskVfs() { sqlite3_vfs_unregister(&vfs_); }

void DiskVfs::forgetAfterPowerLoss() {
  if (life_ == disk_.life()) return;
  life_ = disk_.life();
  shared_.clear();
  locks_.clear();
}

}  // namespace smartkar::sim
