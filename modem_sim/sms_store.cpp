#include "modem_sim/sms_store.hpp"

#include <utility>

namespace smartkar::modem_sim {

std::optional<int> SmsStore::add(Sms sms) {
  for (int index = 1; index <= kCapacity; ++index) {
    if (messages.contains(index)) continue;
    messages.emplace(index, std::move(sms));
    return index;
  }
  return std::nullopt;
}

}  // namespace smartkar::modem_sim
