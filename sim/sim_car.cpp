#include "sim/sim_car.hpp"

#include <algorithm>
#include <cstddef>
#include <span>

#include "base/assert.hpp"

namespace smartkar::sim {
namespace {

using device::NextStep;
using device::WakeCause;

// From the wake source to an open serial port: an ESP32-S3 takes 100 to 300 ms. What the modem says meanwhile is lost
// (docs/sources.md, RI).
constexpr Duration kBootTime = 200ms;
// A turn of the processor's loop.
constexpr Duration kTurn = 1ms;
constexpr std::size_t kFlashSectorBytes = 4096;
constexpr int kPartsPerMillion = 1'000'000;

}  // namespace

SimCar::SimCar(VirtualTime& time, VirtualNetwork& network, LogSink& log, const SimCarSettings& settings,
               std::uint64_t seed)
    : time_(time),
      log_(log),
      config_(settings.device),
      ccid_(settings.device.mqtt.ccid.view()),
      random_(seed),
      network_(network),
      noise_to_modem_(random_.next()),
      noise_from_modem_(random_.next()),
      uart_(time,
            [this](std::string_view bytes) {
              const std::string heard = noise_to_modem_.pass(bytes);
              on_modem_input(heard);
              modem_.uartIn(heard, time_.now());
            }),
      vehicle_(settings.vehicle, this),
      flash_(kFlashSectorBytes),
      settings_flash_(kFlashSectorBytes),
      modem_(settings.modem, network_, *this, random_.next()) {
  powerOn();
}

SimCar::~SimCar() = default;

void SimCar::setPower(bool on) {
  if (on == powered_) return;
  if (on) return powerOn();
  powered_ = false;
  device_.reset();
  uart_.clear();
  retained_ = {};
  modem_.setVbat(false, time_.now());
}

void SimCar::flipRetainedBit(std::uint32_t where) {
  SK_ASSERT(!awake());
  const auto bytes = std::as_writable_bytes(std::span(&retained_, 1));
  const std::size_t bit = where % (8 * bytes.size());
  bytes[bit / 8] ^= std::byte{1} << static_cast<int>(bit % 8);
}

void SimCar::setRiFault(RiFault fault) {
  const bool was = ri();
  ri_fault_ = fault;
  if (ri() != was) takeRi(ri());
}

void SimCar::setClockError(int ppm) {
  clock_was_ = local(time_.now());
  clock_set_ = time_.now();
  clock_error_ppm_ = ppm;
}

void SimCar::loseJournal() {
  SK_ASSERT(!powered_);
  std::ranges::fill(flash_.bytes(), std::uint8_t{0xFF});
}

Instant SimCar::local(Instant now) const {
  const Duration passed = now - clock_set_;
  // In microseconds: 2,000 ppm of a hundred years fit.
  return clock_was_ + passed + passed * clock_error_ppm_ / kPartsPerMillion;
}

// The first moment at which the processor's clock says so.
Instant SimCar::fromLocal(Instant wanted) const {
  if (wanted == kNever || clock_error_ppm_ == 0) return wanted == kNever ? kNever : wanted - clock_was_ + clock_set_;
  const Duration passed = wanted - clock_was_;
  Instant found = clock_set_ + passed / (kPartsPerMillion + clock_error_ppm_) * kPartsPerMillion;
  while (local(found) < wanted) found += wanted - local(found);
  return found;
}

void SimCar::powerOn() {
  powered_ = true;
  power_returns_ = kNever;
  flash_.powerUp();
  modem_.setVbat(true, time_.now());
  begin(WakeCause::FreshBoot);
}

bool SimCar::inContact() const { return awake() && controller().state() == device::ControllerState::InContact; }

void SimCar::run(Instant now) {
  modem_.run(now);
  if (power_returns_ <= now) return powerOn();
  if (!powered_) return;
  turn(now);
  if (!flash_.cut()) return;
  setPower(false);
  power_returns_ = now + off_for_;
}

void SimCar::turn(Instant now) {
  if (awake()) {
    if (bites_at_ <= now) return reset(WakeCause::Watchdog);
    if (due_ <= now && !hung_) step(now);
  } else if (boots_at_ == kNever) {
    sleepOn(now);
  } else if (boots_at_ <= now) {
    begin(cause_);
  }
}

Instant SimCar::nextDeadline() const {
  const Instant modem = modem_.nextDeadline();
  if (!powered_) return std::min(modem, power_returns_);
  if (awake()) return std::min({modem, bites_at_, hung_ ? kNever : due_});
  if (boots_at_ != kNever) return std::min(modem, boots_at_);
  return std::min({modem, timer_, fromLocal(vehicle_.nextDeadline())});
}

void SimCar::reset(WakeCause cause) {
  device_.reset();
  begin(cause);
}

void SimCar::begin(WakeCause cause) {
  on_start(cause);
  boots_at_ = kNever;
  hung_ = false;
  SimCar::feed();
  modem_.setHostAwake(true, time_.now());
  vehicle_.deviceRestarted();
  const device::Platform platform{uart_, *this, vehicle_, power_, flash_, settings_flash_, *this, *this, log_};
  device_ = std::make_unique<device::Device>(platform, config_, retained_, cause, local(time_.now()));
  due_ = time_.now();
}

void SimCar::step(Instant now) {
  // What rang before this turn is read in it; what rings after the device's last look must wake it again.
  rang_ = false;
  const NextStep next = device_->step(local(now));
  switch (next.kind) {
    case NextStep::Kind::Wait:
      due_ = std::max(fromLocal(next.deadline), now + kTurn);
      return;
    case NextStep::Kind::Restart:
      return reset(WakeCause::FreshBoot);
    case NextStep::Kind::Sleep:
      device_.reset();
      uart_.clear();
      modem_.setHostAwake(false, now);
      wake_sources_ = next.wake;
      timer_ = next.wake.timer ? fromLocal(local(now) + *next.wake.timer) : kNever;
      return sleepOn(now);
  }
}

void SimCar::setCell(const device::PowerReading& reading) {
  power_.set(reading);
  if (powered_ && !awake() && boots_at_ == kNever) sleepOn(time_.now());
}

// If several wake it, RI wins, then the power chip, then the vehicle (docs/sources.md, board).
void SimCar::sleepOn(Instant now) {
  while (vehicle_.poll(local(now))) {
  }
  const bool rang = rang_ || !ri();
  if (rang && wake_sources_.modem_ri) {
    cause_ = WakeCause::ModemRi;
  } else if (power_.wakes(wake_sources_.power)) {
    cause_ = WakeCause::PmuIrq;
  } else if (wake_sources_.vehicle && vehicle_.awake(local(now))) {
    cause_ = WakeCause::CanActivity;
  } else if (timer_ <= now) {
    cause_ = WakeCause::Timer;
  } else {
    return;
  }
  boots_at_ = now + kBootTime;
}

void SimCar::onUart(std::string_view bytes) {
  const std::string heard = noise_from_modem_.pass(bytes);
  on_modem_output(heard);
  uart_.receive(heard);
  due_ = std::min(due_, time_.now());
}

void SimCar::onRi(bool high) {
  if (ri_fault_ == RiFault::None) takeRi(high);
}

void SimCar::takeRi(bool high) {
  on_ri_change(high);
  if (!high) rang_ = true;
  due_ = std::min(due_, time_.now());
}

}  // namespace smartkar::sim
