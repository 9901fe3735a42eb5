#pragma once

#include <map>
#include <string>

#include "sim/campaign/campaign.hpp"
#include "sim/campaign/watcher.hpp"

namespace smartkar::sim {

// What happened, line by line: UART lines, messages, states, decisions, faults and broken promises.
class Story : public Watcher {
 public:
  // notebook, tell: outlive this.
  Story(const Notebook& notebook, const Teller& tell) : notebook_(notebook), tell_(tell) {}

  void onAct(std::size_t car, const VehicleAct& act) override;
  void onStart(std::size_t car, device::WakeCause cause) override;
  void onModemInput(std::size_t car, std::string_view bytes) override;
  void onModemOutput(std::size_t car, std::string_view bytes) override;
  void onRi(std::size_t car, bool high) override;
  void onPublished(const BrokerMessage& message) override;
  void onCommand(const server::CommandRecord& command) override;
  void onDevice(const server::DeviceRecord& device) override;
  void onServerStart() override;
  void onFault(std::string_view name, std::optional<std::size_t> car) override;
  void onAccepted(const Wish& wish) override;
  void onMoment() override;
  void onHealed() override;

 private:
  void line(const std::string& text);
  static std::string name(std::size_t car) { return "car " + std::to_string(car); }
  std::string name(std::string_view ccid) const;
  void lines(std::string& rest, std::string_view bytes, const std::string& who);

  const Notebook& notebook_;
  const Teller& tell_;
  std::map<std::size_t, std::string> to_modem_;  // a line that is not whole yet
  std::map<std::size_t, std::string> from_modem_;
  std::map<std::size_t, bool> awake_;
  std::size_t violations_ = 0;
};

}  // namespace smartkar::sim
