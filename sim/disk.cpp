#include "sim/disk.hpp"

#include <algorithm>
#include <utility>

#include "sim/disk_vfs.hpp"

namespace smartkar::sim {

Disk::Disk(std::uint64_t seed) : random_(seed), vfs_(std::make_unique<DiskVfs>(*this, seed)) {}

Disk::~Disk() = default;

std::string Disk::path(std::string_view file) const { return "file:" + std::string(file) + "?vfs=" + vfs_->name(); }

void Disk::cutPower() {
  if (!powered_) return;
  powered_ = false;
  ++life_;
  std::erase_if(files_, [this](const auto& entry) { return !entry.second->entry_safe && random_.chance(0.5); });
  // A file that was deleted and not safely so is there again, unless another has its name.
  for (auto& [name, file] : removed_) {
    if (random_.chance(0.5)) files_.emplace(name, file);
  }
  removed_.clear();
  for (const auto& [name, file] : files_) takeBack(*file);
}

void Disk::powerOn() {
  powered_ = true;
  cut_at_ = 0;
}

Disk::Files Disk::files() const {
  Files all;
  for (const auto& [name, file] : files_) all[name] = file->content;
  return all;
}

void Disk::setFiles(const Files& files) {
  files_.clear();
  ++life_;
  for (const auto& [name, content] : files) {
    files_[name] = std::make_shared<File>(File{name, content, {}, true});
  }
}

std::shared_ptr<Disk::File> Disk::find(std::string_view name) const {
  const auto found = files_.find(name);
  return found != files_.end() ? found->second : nullptr;
}

std::shared_ptr<Disk::File> Disk::create(std::string_view name) {
  if (powerGoesNow()) cutPower();
  if (!powered_) return nullptr;
  auto file = std::make_shared<File>();
  file->name = name;
  files_[file->name] = file;
  return file;
}

DiskAnswer Disk::write(File& file, std::size_t offset, std::string_view bytes) {
  const std::size_t grown = std::max(file.content.size(), offset + bytes.size()) - file.content.size();
  if (capacity_ && used() + grown > *capacity_) return DiskAnswer::Full;
  if (!powerGoesNow()) {
    put(file, offset, bytes);
    return DiskAnswer::Done;
  }
  const auto sectors = static_cast<std::uint32_t>(bytes.size() / kSectorBytes + 1);
  put(file, offset, bytes.substr(0, random_.below(sectors + 1) * kSectorBytes));
  cutPower();
  return DiskAnswer::NoPower;
}

DiskAnswer Disk::truncate(File& file, std::size_t size) {
  const bool last = powerGoesNow();
  const std::size_t kept = std::min(size, file.content.size());
  file.unsafe.push_back({kept, file.content.substr(kept), file.content.size(), true});
  file.content.resize(size);
  if (!last) return DiskAnswer::Done;
  cutPower();
  return DiskAnswer::NoPower;
}

// Of a new file the folder, too, as SQLite's own VFS does it.
DiskAnswer Disk::sync(File& file) {
  const bool last = powerGoesNow();
  const bool done = !lying_ && (!last || random_.chance(0.5));
  if (done) {
    file.unsafe.clear();
    if (!std::exchange(file.entry_safe, true)) syncFolder();
  }
  if (!last) return DiskAnswer::Done;
  cutPower();
  return DiskAnswer::NoPower;
}

DiskAnswer Disk::remove(std::string_view name, bool safe) {
  const bool last = powerGoesNow();
  const auto found = files_.find(name);
  const bool done = !last || random_.chance(0.5);
  if (done && found != files_.end()) {
    if (!safe) removed_[found->first] = found->second;
    files_.erase(found);
  }
  if (!last) return DiskAnswer::Done;
  cutPower();
  return DiskAnswer::NoPower;
}

void Disk::syncFolder() {
  removed_.clear();
  for (const auto& [name, file] : files_) file->entry_safe = true;
}

void Disk::put(File& file, std::size_t offset, std::string_view bytes) {
  const std::size_t size_before = file.content.size();
  if (file.content.size() < offset + bytes.size()) file.content.resize(offset + bytes.size());
  file.unsafe.push_back({offset, file.content.substr(offset, bytes.size()), size_before});
  file.content.replace(offset, bytes.size(), bytes);
}

// The latest first; of each change some sectors come back as they were. A truncation that stays hides what was before.
void Disk::takeBack(File& file) {
  for (auto change = file.unsafe.rbegin(); change != file.unsafe.rend(); ++change) {
    if (change->cut && random_.chance(0.5)) return file.unsafe.clear();
    if (file.content.size() < change->offset + change->before.size()) {
      file.content.resize(change->offset + change->before.size());
    }
    for (std::size_t at = 0; at < change->before.size(); at += kSectorBytes) {
      if (random_.chance(0.5)) continue;
      file.content.replace(change->offset + at, std::min(kSectorBytes, change->before.size() - at), change->before, at,
                           kSectorBytes);
    }
    if (random_.chance(0.5)) file.content.resize(change->size_before);
  }
  file.unsafe.clear();
}

std::size_t Disk::used() const {
  std::size_t bytes = 0;
  for (const auto& [name, file] : files_) bytes += file->content.size();
  return bytes;
}

}  // namespace smartkar::sim
