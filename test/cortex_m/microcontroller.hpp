#pragma once

#include <cstddef>
#include <memory>
#include <string>

#include "test/e2e/world.hpp"
#include "test/support/child_process.hpp"
#include "test/support/temporary_directory.hpp"

namespace smartkar::test {

// A car whose device is ports/cortex_m in QEMU, on the world's simulated modem. Its flash outlives its power.
class Microcontroller {
 public:
  // world: with a modem that runs; outlives this. settings: further lines NAME=VALUE
  // (ports/cortex_m/host_settings.hpp).
  Microcontroller(const World& world, const std::string& settings);

  void powerOn();
  void cutPower() { processor_->kill(); }
  ChildProcess& processor() { return *processor_; }
  // How often the vehicle was told to start or stop something since the power came.
  std::size_t effects() const;

 private:
  std::string file(const std::string& name) const { return (directory_.path() / name).string(); }

  TemporaryDirectory directory_;
  std::string modem_;
  std::unique_ptr<ChildProcess> processor_;
};

}  // namespace smartkar::test
