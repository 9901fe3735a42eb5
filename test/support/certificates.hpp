#pragma once

#include <filesystem>
#include <string>

namespace smartkar::test {

// Makes ca.crt, and for localhost and car a certificate and a key: localhost.crt, localhost.key, … They are valid from
// now on. Throws std::runtime_error when openssl cannot.
void makeCertificates(const std::filesystem::path& directory);

// Configuration of a Mosquitto listener with TLS.
std::string serverTlsLines(const std::filesystem::path& directory);

// …that wants a certificate of its clients.
std::string mutualTlsLines(const std::filesystem::path& directory);

}  // namespace smartkar::test
