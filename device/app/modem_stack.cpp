#include "device/app/modem_stack.hpp"

#include <algorithm>

#include "base/crc32.hpp"

namespace smartkar::device {

Task<bool> ModemStack::prepareForSleep() {
  const auto done = co_await modem_.prepareForSleep();
  co_return done.ok();
}

bool ModemStack::quiet() {
  at_.poll(scheduler_.now());
  return at_.idle() && mqtt_.suspend();
}

Task<std::uint32_t> ModemStack::network() {
  const auto found = co_await modem_.networkOperator();
  if (!found.ok()) co_return 0;
  const std::uint32_t key = crc32(apn_.view(), crc32(found->name.view()));
  co_return std::max(key, 1U);
}

}  // namespace smartkar::device
