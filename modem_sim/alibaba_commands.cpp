// Alibaba Cloud: AT Manual V1.05 §17.2.10 and §17.2.11. The command given last is the one that SMCONN follows.
#include <array>

#include "modem_sim/commands.hpp"
#include "modem_sim/core.hpp"

namespace smartkar::modem_sim {
namespace {

constexpr std::size_t kProductKeyMax = 20;
constexpr std::size_t kDeviceNameMax = 32;
constexpr std::size_t kDeviceSecretMax = 40;
constexpr std::size_t kProductSecretMax = 24;

Reply print(const Command& command, const AlibabaDevice& device, std::string_view secret_name) {
  Reply reply;
  reply.line(command.name + ":");
  reply.more("Product Key: " + quoted(device.product_key));
  reply.more("Device Name: " + quoted(device.device_name));
  reply.more(std::string(secret_name).append(": ").append(quoted(device.secret)));
  return reply;
}

// Nothing if the parameters are not those of such a command.
std::optional<AlibabaDevice> deviceIn(const Command& command, std::size_t secret_max) {
  AlibabaDevice device{std::string(textAt(command, 0)), std::string(textAt(command, 1)),
                       std::string(textAt(command, 2))};
  const auto fits = [](const std::string& text, std::size_t most) { return !text.empty() && text.size() <= most; };
  if (command.parameters.size() != 3 || !fits(device.product_key, kProductKeyMax) ||
      !fits(device.device_name, kDeviceNameMax) || !fits(device.secret, secret_max)) {
    return std::nullopt;
  }
  return device;
}

Reply authenticate(Core& core, const Command& command) {
  VolatileSettings& settings = core.settings;
  if (command.form == Form::Read) return print(command, settings.alibaba_device, "Device Secret");
  auto device = deviceIn(command, kDeviceSecretMax);
  if (!device) return Reply::failed();
  settings.alibaba_device = std::move(*device);
  settings.alibaba_login = AlibabaLogin::DeviceSecret;
  return Reply::ok();
}

Reply registerDevice(Core& core, const Command& command) {
  VolatileSettings& settings = core.settings;
  if (command.form == Form::Read) return print(command, settings.alibaba_product, "Product Secret");
  auto device = deviceIn(command, kProductSecretMax);
  if (!device) return Reply::failed();
  settings.alibaba_product = std::move(*device);
  settings.alibaba_login = AlibabaLogin::Registration;
  return Reply::ok();
}

constexpr std::array kCommands = {
    CommandSpec{"+SMALIAUTH", kRead | kWrite, R"("Product Key","Device Name","Device Secret")", authenticate,
                "17.2.10"},
    CommandSpec{"+SMALIDYNA", kRead | kWrite, R"("Product Key","Device Name","Product Secret")", registerDevice,
                "17.2.11"},
};

}  // namespace

std::span<const CommandSpec> alibabaCommands() { return kCommands; }

}  // namespace smartkar::modem_sim
