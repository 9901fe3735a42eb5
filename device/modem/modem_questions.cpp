// What a modem that runs is asked, and how it is put to sleep.
#include <algorithm>

#include "device/modem/modem_manager.hpp"

namespace smartkar::device {
namespace {

constexpr Duration kSilence = 200ms;
constexpr Duration kSilenceLimit = 2s;

}  // namespace

Task<Result<int, ModemError>> ModemManager::signal() {
  const auto answer = co_await at_.run(sim7080::kReadSignal);
  if (!answer.ok()) co_return Failure{modemError(answer.error())};
  const auto dbm = sim7080::parseSignal(answer->last());
  if (!dbm) co_return Failure{ModemError::Failed};
  co_return *dbm;
}

Task<Result<sim7080::Ccid, ModemError>> ModemManager::ccid() {
  const auto answer = co_await at_.run(sim7080::kReadCcid);
  if (!answer.ok()) co_return Failure{modemError(answer.error())};
  const auto ccid = sim7080::parseCcid(answer->last());
  if (!ccid) co_return Failure{ModemError::Failed};
  co_return *ccid;
}

Task<Result<sim7080::Operator, ModemError>> ModemManager::networkOperator() {
  const auto answer = co_await at_.run(sim7080::kReadOperator);
  if (!answer.ok()) co_return Failure{modemError(answer.error())};
  const auto found = sim7080::parseOperator(answer->last());
  if (!found) co_return Failure{ModemError::Failed};
  co_return *found;
}

Task<ModemManager::Done> ModemManager::prepareForSleep() {
  const Instant limit = scheduler_.now() + kSilenceLimit;
  while (scheduler_.now() < limit) {
    const Instant silent_at = at_.lastReceived() + kSilence;
    if (at_.idle() && silent_at <= scheduler_.now() && pins_.ri()) break;
    co_await scheduler_.sleepUntil(std::max(silent_at, scheduler_.now() + kSilence / 4));
  }
  if (at_.restarted()) co_return Failure{ModemError::Restarted};
  if (!at_.idle() || scheduler_.now() - at_.lastReceived() < kSilence) co_return Failure{ModemError::Failed};
  pins_.setDtr(true);
  asleep_ = true;
  co_return Done{};
}

}  // namespace smartkar::device
