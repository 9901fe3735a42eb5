#include "test/cortex_m/microcontroller.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>

namespace smartkar::test {
namespace {

// The lines `name = value` of a device.toml as NAME=VALUE, without those that name files.
std::string settingsOf(const std::string& device_toml) {
  std::ifstream file(device_toml);
  std::string all;
  for (std::string line; std::getline(file, line);) {
    const std::size_t equals = line.find(" = ");
    if (line.starts_with('#') || equals == std::string::npos) continue;
    const std::string name = line.substr(0, equals);
    if (name == "ca" || name == "cert" || name == "key") continue;
    std::string value = line.substr(equals + 3);
    std::erase(value, '"');
    all.append(name).append("=").append(value).append("\n");
  }
  return all;
}

}  // namespace

Microcontroller::Microcontroller(const World& world, const std::string& settings) : modem_(world.modemTerminal()) {
  const std::string from = world.deviceDirectory() + "/";
  for (const char* const name : {"ca.crt", "client.crt", "client.key"}) {
    std::filesystem::copy_file(from + name, file(name));
  }
  std::ofstream(file("settings")) << settingsOf(from + "device.toml") << settings;
}

void Microcontroller::powerOn() {
  processor_ = std::make_unique<ChildProcess>(Arguments{"qemu-system-arm",
                                                        "-M",
                                                        "mps2-an386",
                                                        "-nodefaults",
                                                        "-nic",
                                                        "none",
                                                        "-display",
                                                        "none",
                                                        "-monitor",
                                                        "none",
                                                        "-semihosting-config",
                                                        "enable=on,target=native,arg=" + directory_.path().string(),
                                                        "-chardev",
                                                        "serial,id=modem,path=" + modem_,
                                                        "-serial",
                                                        "chardev:modem",
                                                        "-chardev",
                                                        "socket,id=lines,path=" + modem_ + ".ctl",
                                                        "-serial",
                                                        "chardev:lines",
                                                        "-kernel",
                                                        SMARTKAR_IMAGE});
}

std::size_t Microcontroller::effects() const {
  const auto lines = processor_->lines();
  return static_cast<std::size_t>(std::count_if(lines.begin(), lines.end(), [](const std::string& line) {
    return line.ends_with("actuator: start") || line.ends_with("actuator: stop");
  }));
}

}  // namespace smartkar::test
