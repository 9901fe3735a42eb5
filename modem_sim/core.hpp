#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/random.hpp"
#include "modem_sim/at_channel.hpp"
#include "modem_sim/config.hpp"
#include "modem_sim/current_ledger.hpp"
#include "modem_sim/data_path.hpp"
#include "modem_sim/event_queue.hpp"
#include "modem_sim/fault_injector.hpp"
#include "modem_sim/file_store.hpp"
#include "modem_sim/gnss.hpp"
#include "modem_sim/http_client.hpp"
#include "modem_sim/http_download.hpp"
#include "modem_sim/modem.hpp"
#include "modem_sim/mqtt_engine.hpp"
#include "modem_sim/name_resolver.hpp"
#include "modem_sim/ntp_client.hpp"
#include "modem_sim/paging.hpp"
#include "modem_sim/power.hpp"
#include "modem_sim/psm.hpp"
#include "modem_sim/radio.hpp"
#include "modem_sim/real_time_clock.hpp"
#include "modem_sim/ri_line.hpp"
#include "modem_sim/settings.hpp"
#include "modem_sim/sim_card.hpp"
#include "modem_sim/sleep.hpp"
#include "modem_sim/sms_service.hpp"
#include "modem_sim/sms_store.hpp"
#include "modem_sim/socket_engine.hpp"
#include "modem_sim/uart_out.hpp"

namespace smartkar::modem_sim {

// Decides whether a URC drives RI and which CURCCFG group switches it.
enum class UrcKind : std::uint8_t {
  System,    // RDY, +CFUN
  Sim,       // +CPIN
  SmsReady,  // SMS Ready
  Network,   // time
  Message,   // +SMSUB
  Socket,    // +CADATAIND, +CAURC, +CASTATE
  Sms,       // a received SMS: RI whatever CFGRI says
  Other,
};

// The parts of the modem and what they share.
struct Core {
  Core(const Config& modem_config, Network& network, Host& host_side, std::uint64_t seed);
  Core(const Core&) = delete;
  Core& operator=(const Core&) = delete;

  // Prints an unsolicited line (without its frame) now or when the host can hear it, and rings.
  void urc(UrcKind kind, std::string text);
  // What the modem draws its current for now.
  Load load() const;
  // The network's time now, if it has one to give.
  std::optional<UnixTime> networkTime() const;
  // What satellites tell: the real time if there is one, else what the modem believes.
  UnixTime gnssTime() const;
  // The last application network is switched off in order, or all broke: what used them ends. (A socket ends with its
  // own in any case.)
  void bearerClosed();
  void bearerLost();

  Config config;
  Host& host;
  CurrentLedger ledger;
  EventQueue events;
  Random random;
  SavedSettings saved;
  VolatileSettings settings;
  RealTimeClock clock;
  bool files_open = false;  // CFSINIT
  bool host_awake = true;
  std::optional<std::int64_t> autobaud;  // the rate found, if IPR is 0
  FileStore files;
  SmsStore sms_store;
  UartOut uart;
  RiLine ri;
  Sleep sleep;
  Power power;
  AtChannel at;
  Paging paging;
  DataPath data;
  SimCard sim_card;
  Radio radio;
  Psm psm;
  MqttEngine mqtt;
  SocketEngine sockets;
  NtpClient ntp;
  NameResolver resolver;
  SmsService sms;
  Gnss gnss;
  HttpClient http;
  HttpDownload download;
  FaultInjector faults;

 private:
  void radioChanged(bool connected);
  void firmwareStarts(bool after_psm);
  void firmwareEnds();
  void transmit(std::string_view sent);
  bool urcEnabled(UrcKind kind) const;
  bool rings(UrcKind kind) const;
  void print(std::string text);

  std::vector<std::string> held_urcs_;  // for a host that is away
};

}  // namespace smartkar::modem_sim
