#include "mqtt/interop_fixture_test.hpp"

#include <cstdlib>
#include <filesystem>
#include <stdexcept>
#include <utility>

#include "test/support/mosquitto.hpp"

namespace smartkar::mqtt {
namespace {

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

const Certificate& certificate() {
  static const Certificate made;
  return made;
}

}  // namespace

Interop::Interop() = default;
Interop::~Interop() = default;

void Interop::SetUp() { startBroker({}); }

void Interop::startBroker(test::MosquittoOptions options) {
  if (tls()) {
    options.listener_lines +=
        "certfile " + certificate().file().string() + "\nkeyfile " + certificate().key().string() + "\n";
  }
  broker.reset();
  broker = std::make_unique<test::Mosquitto>(std::move(options));
}

InteropClient Interop::client(SessionConfig config, InteropClient::Sizes sizes) {
  config.version = std::get<0>(GetParam());
  return InteropClient(broker->port(), tls() ? certificate().file() : std::filesystem::path(), config, sizes);
}

InteropClient Interop::connected(const char* id, InteropClient::Sizes sizes) {
  InteropClient made = client({}, sizes);
  EXPECT_TRUE(made.connect({.client_id = id}));
  return made;
}

ConnectOptions Interop::persistent(const char* id) {
  return {.client_id = id, .clean_start = false, .session_expiry = 3600};
}

std::string caseName(const testing::TestParamInfo<std::tuple<Version, bool>>& info) {
  const auto [version, tls] = info.param;
  return std::string(version == Version::V5 ? "V5" : "V311") + (tls ? "Tls" : "Tcp");
}

}  // namespace smartkar::mqtt
