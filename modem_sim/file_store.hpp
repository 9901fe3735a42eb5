#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace smartkar::modem_sim {

// The modem's file system as AT+CFS… and AT+CSSLCFG="CONVERT" see it; all of it is in flash.
class FileStore {
 public:
  static constexpr int kDirectories = 4;     // /custapp, /fota, /datatx, /customer (AT Manual V1.05 §9.2.2)
  using Name = std::pair<int, std::string>;  // directory, file

  // A converted certificate; key: empty for a CA.
  struct Certificate {
    std::string certificate;
    std::string key;
  };

  // "/customer/name"; nothing if there is no such directory, or no name.
  static std::optional<Name> parsePath(std::string_view path);

  // False, and nothing is changed, if it does not fit.
  bool write(const Name& name, std::string_view content, bool append);
  // Null if there is no such file.
  const std::string* find(const Name& name) const;
  bool remove(const Name& name) { return files_.erase(name) > 0; }
  bool rename(const Name& from, const std::string& to);
  std::size_t freeBytes() const;
  std::size_t fileCount() const { return files_.size(); }

  // False if a file is missing or holds neither PEM nor DER.
  bool convertCa(const std::string& file);
  bool convertCertificate(const std::string& file, const std::string& key);
  const Certificate* findCertificate(const std::string& name) const;

 private:
  std::map<Name, std::string> files_;
  std::map<std::string, Certificate> certificates_;
};

}  // namespace smartkar::modem_sim
