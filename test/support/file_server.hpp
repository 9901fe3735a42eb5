#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>

namespace smartkar::test {

// An HTTP/1.1 server on loopback with one file, which every path names: whole, or the range that a request asks for.
// Connections stay open until the client closes them.
class FileServer {
 public:
  // certificates: directory of makeCertificates(), for TLS as localhost; empty: plain.
  // Throws std::runtime_error if there is no port or no certificate.
  explicit FileServer(std::string content, const std::filesystem::path& certificates = {});
  ~FileServer();
  FileServer(const FileServer&) = delete;
  FileServer& operator=(const FileServer&) = delete;

  // "https://localhost:PORT", without TLS "http://localhost:PORT"
  std::string url() const;

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace smartkar::test
