#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/time.hpp"
#include "modem_sim/config.hpp"
#include "modem_sim/current_ledger.hpp"
#include "modem_sim/gnss.hpp"
#include "modem_sim/network.hpp"

namespace smartkar::modem_sim {

struct Core;

// The processor at the other end of the wires. Called from run() and from the calls that change pins or bytes.
class Host {
 public:
  virtual ~Host() = default;
  // Bytes from the modem's UART.
  virtual void onUart(std::string_view bytes) = 0;
  // The level of RI has changed.
  virtual void onRi(bool high) = 0;
  // Bytes sent while the host was asleep: nobody has read them.
  virtual void onUartLost(std::string_view) {}
  // NMEA sentences of the satellite receiver, from a port of their own (AT+SGNSCFG="NMEAOUTPORT").
  virtual void onNmea(std::string_view) {}
  // The modem has sent an SMS.
  virtual void onSmsSent([[maybe_unused]] std::string_view number, [[maybe_unused]] std::string_view text) {}
};

// A snapshot for people and tests.
struct ModemState {
  std::string_view power;
  bool ri_high = false;
  bool asleep = false;
  bool dtr_high = false;
  bool host_awake = false;
  bool sim_ready = false;
  bool coverage = false;
  int registration = 0;  // +CEREG status
  bool pdp = false;
  int mqtt = 0;     // +SMSTATE
  int sockets = 0;  // connected ones of AT+CA…
};

// A SIM7080G in software: what comes in on UART, PWRKEY, DTR and VBAT, and what goes out on UART and RI. Deterministic:
// the same seed, network and calls give the same bytes at the same times. Everything happens inside calls; between
// them, call run() at nextDeadline().
class Modem {
 public:
  // config: copied. network, host: outlive the modem. VBAT is off, DTR high (pulled up), the host awake.
  Modem(const Config& config, Network& network, Host& host, std::uint64_t seed);
  ~Modem();
  Modem(const Modem&) = delete;
  Modem& operator=(const Modem&) = delete;

  // Does everything due. now: never before that of an earlier call, here and below.
  void run(Instant now);
  // When run() has something to do next; kNever if only a call from outside can help. Changes with every call, and with
  // every call to the NetworkListener.
  Instant nextDeadline() const;

  // Bytes on the modem's receive line.
  void uartIn(std::string_view bytes, Instant now);
  // pressed: PWRKEY low. Toggle: 1 … 12 s switches on, more than 1.2 s off, 12 s resets.
  void setPowerKey(bool pressed, Instant now);
  void setDtr(bool high, Instant now);
  // Supply. Off: a power cut, in the middle of a line if need be.
  void setVbat(bool on, Instant now);
  // False: the host sleeps; what the UART sends is lost.
  void setHostAwake(bool awake, Instant now);
  // The level of RI: high when idle, low in a pulse and while VDD_EXT is off.
  bool ri() const;

  // For tests and operators.
  void powerUpNow(Instant now);  // VBAT on and booting finished, as for a late host
  // An SMS for this modem, from "+" and digits; the network keeps it while the modem cannot be reached or has no room.
  void receiveSms(std::string_view sender, std::string_view text, Instant now);
  void setPosition(std::optional<GnssPosition> position, Instant now);  // of the antenna; nothing: no sky
  void setCoverage(bool coverage, Instant now);                         // radio cells around or not
  void dropNat(Instant now);                                            // all connections silently dead
  void dropPdp(Instant now);                                            // the network ends the context
  void wedge(Instant now);                                              // dead until VBAT is off
  void brownOut(Instant now);                                           // restarts at once
  void powerDownUnasked(Instant now);
  void emitUrc(std::string text, Instant now);     // any line, without its frame
  void emitNoise(std::size_t bytes, Instant now);  // random bytes, as from a wrong baud rate
  // The next command `name` ("+SMCONN") never answers (mute), or fails.
  void failNext(std::string name, bool mute, Instant now);
  // A fault by chance (faults()) from now on, at a rate. False: unknown name or no such rate; nothing changes.
  bool setFault(std::string_view name, std::string_view rate, Instant now);
  // Of quirks(). False: unknown name.
  bool applyQuirk(std::string_view name, Instant now);
  // No more faults by chance.
  void stopFaults(Instant now);
  // The configuration in force; may be changed at any time, and is so from the next run() on.
  Config& config();
  Behaviour& behaviour();
  Timing& timing();
  ModemState state() const;
  // Since the modem was made.
  Charge charge(Instant now);

 private:
  std::unique_ptr<Core> core_;
};

}  // namespace smartkar::modem_sim
