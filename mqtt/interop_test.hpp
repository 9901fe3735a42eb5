#pragma once

#include <gmock/gmock.h>

#include <cstdlib>
#include <filesystem>
#include <memory>
#include <stdexcept>
#include <string>
#include <tuple>
#include <utility>

#include "mqtt/interop_client_test.hpp"
#include "test/support/mosquitto.hpp"

// What the tests against a real Mosquitto share: a broker for each test, in plain TCP or TLS.
namespace smartkar::mqtt {

using test::Mosquitto;
using test::MosquittoOptions;

// A key and a self-signed certificate for "localhost" that clients trust as their CA.
class Certificate {
 public:
  Certificate() {
    const std::string command =
        "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 "
        "-subj /CN=localhost -addext subjectAltName=DNS:localhost -keyout " +
        key().string() + " -out " + file().string() + " 2>/dev/null";
    if (std::system(command.c_str()) != 0) throw std::runtime_error("openssl failed");
  }
  std::filesystem::path key() const { return directory_.path() / "key.pem"; }
  std::filesystem::path file() const { return directory_.path() / "cert.pem"; }

 private:
  test::TemporaryDirectory directory_;
};

class Interop : public testing::TestWithParam<std::tuple<Version, bool>> {
 protected:
  static void SetUpTestSuite() { certificate_ = std::make_unique<Certificate>(); }
  static void TearDownTestSuite() { certificate_.reset(); }

  void SetUp() override { startBroker({}); }

  bool v5() const { return std::get<0>(GetParam()) == Version::V5; }
  bool tls() const { return std::get<1>(GetParam()); }

  void startBroker(MosquittoOptions options) {
    if (tls()) {
      options.listener_lines +=
          "certfile " + certificate_->file().string() + "\nkeyfile " + certificate_->key().string() + "\n";
    }
    broker.reset();
    broker = std::make_unique<Mosquitto>(std::move(options));
  }
  InteropClient client(SessionConfig config = {}, InteropClient::Sizes sizes = {}) {
    config.version = std::get<0>(GetParam());
    return InteropClient(broker->port(), tls() ? certificate_->file() : std::filesystem::path(), config, sizes);
  }
  InteropClient connected(const char* id, InteropClient::Sizes sizes = {}) {
    InteropClient made = client({}, sizes);
    EXPECT_TRUE(made.connect({.client_id = id}));
    return made;
  }

  static ConnectOptions persistent(const char* id) {
    return {.client_id = id, .clean_start = false, .session_expiry = 3600};
  }

  std::unique_ptr<Mosquitto> broker;

 private:
  static inline std::unique_ptr<Certificate> certificate_;
};

inline std::string caseName(const testing::TestParamInfo<std::tuple<Version, bool>>& info) {
  const auto [version, tls] = info.param;
  return std::string(version == Version::V5 ? "V5" : "V311") + (tls ? "Tls" : "Tcp");
}

inline auto everyCase() { return testing::Combine(testing::Values(Version::V311, Version::V5), testing::Bool()); }
inline auto casesOfV5() { return testing::Combine(testing::Values(Version::V5), testing::Bool()); }

}  // namespace smartkar::mqtt
