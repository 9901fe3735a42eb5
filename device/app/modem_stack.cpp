#include "device/app/modem_stack.hpp"

namespace smartkar::device {

Task<bool> ModemStack::prepareForSleep() {
  const auto done = co_await modem_.prepareForSleep();
  co_return done.ok();
}

bool ModemStack::quiet() {
  at_.poll(scheduler_.now());
  return at_.idle() && mqtt_.suspend();
}

}  // namespace smartkar::device
