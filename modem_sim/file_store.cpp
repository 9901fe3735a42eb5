#include "modem_sim/file_store.hpp"

#include <array>

namespace smartkar::modem_sim {
namespace {

constexpr int kCustomerDirectory = 3;          // CONVERT reads from /customer
constexpr std::size_t kCapacity = 6'391'808U;  // example of AT Manual V1.05 §9.2.7

bool looksLikeCertificate(const std::string* content) {
  constexpr char kDerSequence = 0x30;
  return content != nullptr &&
         (content->find("-----BEGIN") != std::string::npos || (!content->empty() && content->front() == kDerSequence));
}

}  // namespace

std::optional<FileStore::Name> FileStore::parsePath(std::string_view path) {
  constexpr std::array<std::string_view, kDirectories> kNames = {"/custapp/", "/fota/", "/datatx/", "/customer/"};
  for (std::size_t i = 0; i < kNames.size(); ++i) {
    if (path.starts_with(kNames[i]) && path.size() > kNames[i].size()) {
      return Name(static_cast<int>(i), path.substr(kNames[i].size()));
    }
  }
  return std::nullopt;
}

bool FileStore::write(const Name& name, std::string_view content, bool append) {
  const std::string* old = find(name);
  const std::size_t replaced = old != nullptr && !append ? old->size() : 0;
  if (content.size() > freeBytes() + replaced) return false;
  std::string& file = files_[name];
  if (!append) file.clear();
  file += content;
  return true;
}

const std::string* FileStore::find(const Name& name) const {
  const auto file = files_.find(name);
  return file == files_.end() ? nullptr : &file->second;
}

bool FileStore::rename(const Name& from, const std::string& to) {
  auto file = files_.extract(from);
  if (!file) return false;
  file.key().second = to;
  files_.erase(file.key());
  files_.insert(std::move(file));
  return true;
}

std::size_t FileStore::freeBytes() const {
  std::size_t used = 0;
  for (const auto& [name, content] : files_) used += content.size();
  return used < kCapacity ? kCapacity - used : 0;
}

bool FileStore::convertCa(const std::string& file) {
  const std::string* content = find({kCustomerDirectory, file});
  if (!looksLikeCertificate(content)) return false;
  certificates_[file] = {*content, {}};
  return true;
}

bool FileStore::convertCertificate(const std::string& file, const std::string& key) {
  const std::string* certificate = find({kCustomerDirectory, file});
  const std::string* private_key = find({kCustomerDirectory, key});
  if (!looksLikeCertificate(certificate) || !looksLikeCertificate(private_key)) return false;
  certificates_[file] = {*certificate, *private_key};
  return true;
}

const FileStore::Certificate* FileStore::findCertificate(const std::string& name) const {
  const auto certificate = certificates_.find(name);
  return certificate == certificates_.end() ? nullptr : &certificate->second;
}

}  // namespace smartkar::modem_sim
