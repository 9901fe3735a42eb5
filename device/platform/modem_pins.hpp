#pragma once

namespace smartkar::device {

// The lines between processor and modem (docs/sources.md, board: PWRKEY, DTR, RI and the supply rail).
class ModemPins {
 public:
  virtual ~ModemPins() = default;
  // pressed: true pulls PWRKEY low. A pulse is a toggle: 1 … 12 s switches on, over 1.2 s switches off.
  virtual void setPowerKey(bool pressed) = 0;
  // high: the modem may sleep. low: it must listen.
  virtual void setDtr(bool high) = 0;
  // on: the modem's supply rail. Cut only when nothing else helps.
  virtual void setRail(bool on) = 0;
  // The level of RI now: idles high, low for 120 ms on an event.
  virtual bool ri() const = 0;
};

}  // namespace smartkar::device
