#pragma once

#include <optional>
#include <string_view>

#include "base/time.hpp"

namespace smartkar::device {

// The unit's own cell.
struct CellState {
  std::optional<double> volts;
  std::optional<int> percent;
  std::optional<bool> charging;
  std::optional<bool> external_supply;
  std::string_view charging_state;  // "cc", …; empty: unknown
  std::optional<int> charge_limit_ma;
};

struct NetworkState {
  std::optional<int> signal_dbm;
  std::string_view sim_ccid;  // empty: unknown
  std::optional<bool> modem_connected;
  std::optional<bool> link_connected;
  std::string_view link_state;  // "connected", …; empty: unknown
  std::optional<bool> mqtt_connected;
};

// What the device says of itself. Texts: at most kValueTextBytesMax bytes, and outlive the reporter.
struct DeviceFacts {
  Duration uptime{};
  std::string_view wake_cause;
  std::string_view modem_state;
  CellState cell{};
  NetworkState network{};
};

}  // namespace smartkar::device
