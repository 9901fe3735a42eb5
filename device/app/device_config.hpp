#pragma once

#include "base/fixed_string.hpp"
#include "base/time.hpp"
#include "device/command/command_router.hpp"
#include "device/link/link_manager.hpp"
#include "device/link/link_policy.hpp"
#include "device/link/mqtt_settings.hpp"
#include "device/modem/modem_manager.hpp"
#include "device/power/cell_policy.hpp"
#include "device/power/sleep_policy.hpp"
#include "device/telemetry/report_intervals.hpp"

namespace smartkar::device {

struct ControllerSettings {
  FixedString<32> firmware = "smartkar-0.1";
  SleepSettings sleep;
  CellSettings cell;
  ReportIntervals report;
  RouterSettings router;
  bool plaintext_actuation = false;         // actuating commands also over a link without TLS: for tests
  Duration announce_interval = 300s;        // while awake; the server relies on it (docs/protocol.md, presence)
  std::chrono::seconds link_keep_alive{0};  // of each connection; 0: learned for each network
  Duration sync_deadline = 8s;              // without a sync by then the link is not alive (docs/protocol.md)
  Duration retry_min = 1s;                  // pause after a lost contact, doubling
  Duration retry_max = 8s;  // so that a contact follows within 60 s of the end of the fault (promise P5)
};

// Everything that can be set about a device.
struct DeviceConfig {
  MqttSettings mqtt;
  TcpSettings tcp;
  LinkPolicy link_policy;
  ModemSettings modem;
  ControllerSettings controller;
};

}  // namespace smartkar::device
