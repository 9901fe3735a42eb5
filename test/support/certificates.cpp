#include "test/support/certificates.hpp"

#include <stdexcept>
#include <vector>

#include "test/support/child_process.hpp"

namespace smartkar::test {
namespace {

void openssl(std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), "openssl");
  const Finished finished = runProgram(arguments);
  if (finished.exit_code != 0) throw std::runtime_error("openssl: " + finished.output);
}

}  // namespace

void makeCertificates(const std::filesystem::path& directory) {
  const auto file = [&](const std::string& name) { return (directory / name).string(); };
  openssl({"req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", file("ca.key"),
           "-out", file("ca.crt"), "-subj", "/CN=Test CA", "-days", "2"});
  for (const std::string name : {"localhost", "car"}) {
    openssl({"req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", file(name + ".key"),
             "-out", file(name + ".csr"), "-subj", "/CN=" + name, "-addext", "subjectAltName=DNS:" + name});
    openssl({"x509", "-req", "-in", file(name + ".csr"), "-CA", file("ca.crt"), "-CAkey", file("ca.key"),
             "-CAcreateserial", "-copy_extensions", "copy", "-out", file(name + ".crt"), "-days", "2"});
    std::filesystem::permissions(file(name + ".key"), std::filesystem::perms::others_read,
                                 std::filesystem::perm_options::add);
  }
}

std::string serverTlsLines(const std::filesystem::path& directory) {
  return "cafile " + (directory / "ca.crt").string() + "\ncertfile " + (directory / "localhost.crt").string() +
         "\nkeyfile " + (directory / "localhost.key").string() + "\n";
}

std::string mutualTlsLines(const std::filesystem::path& directory) {
  return serverTlsLines(directory) + "require_certificate true\n";
}

}  // namespace smartkar::test
