#include "sim/campaign/campaign.hpp"

#include <memory>
#include <utility>

#include "base/assert.hpp"
#include "modem_sim/answer_sets.hpp"
#include "modem_sim/switches.hpp"
#include "sim/campaign/checkers.hpp"
#include "sim/campaign/driver.hpp"
#include "sim/campaign/faults.hpp"
#include "sim/campaign/owner.hpp"
#include "sim/campaign/story.hpp"
#include "sim/campaign/trace_hash.hpp"
#include "sim/tcp_gate.hpp"

namespace smartkar::sim {
namespace {

// Of each doubtful behaviour of the modem a car has the other answer this often.
constexpr double kOtherAnswers = 0.1;
// After everything is mended: the longest time to a contact, and then for what was ordered last.
constexpr Duration kLastOrderLives = 6h;

constexpr std::array kCcids = {"8988303000000614227", "8988303000000614235", "8988303000000614243",
                               "8988303000000614250", "8988303000000614268", "8988303000000614276",
                               "8988303000000614284", "8988303000000614292", "8988303000000614300"};

// Each car has a way of its own into the server, beside the broker.
constexpr std::array kGates = {"gate-0.example", "gate-1.example", "gate-2.example", "gate-3.example", "gate-4.example",
                               "gate-5.example", "gate-6.example", "gate-7.example", "gate-8.example"};
static_assert(kGates.size() == kCcids.size());
// So many cars know theirs.
constexpr double kHasTcp = 0.25;

// A car as the seed wants it: either engine, and a modem whose doubtful behaviour nobody knows before the probe.
SimCarSettings anyCar(std::size_t number, Random& random) {
  SimCarSettings car = defaultCar(kCcids[number]);
  if (random.chance(0.5)) car.device.mqtt.engine = device::MqttEngineKind::Socket;
  car.vehicle.seed = random.next();
  // Some vehicles are slow to wake and to answer: then an expiry falls between a command and its act.
  car.vehicle.wake_delay = std::chrono::milliseconds(random.between(1000, 11'000));
  car.vehicle.write_delay = std::chrono::milliseconds(random.between(300, 4000));
  if (random.chance(kHasTcp)) car.device.tcp.host = kGates[number];
  for (const modem_sim::Answers& other : modem_sim::otherAnswers()) {
    if (other.empty() || !random.chance(kOtherAnswers)) continue;
    const modem_sim::Answer& answer = other[random.below(static_cast<std::uint32_t>(other.size()))];
    const bool known = modem_sim::setSwitch(car.modem, answer.name, answer.value);
    SK_ASSERT(known);
  }
  return car;
}

std::vector<SimCarSettings> anyCars(const CampaignSettings& settings, Random& random) {
  SK_ASSERT(settings.cars >= 1 && settings.cars <= kCcids.size());
  std::vector<SimCarSettings> cars;
  for (std::size_t i = 0; i < settings.cars; ++i) cars.push_back(anyCar(i, random));
  return cars;
}

class Campaign {
 public:
  Campaign(const CampaignSettings& settings, const Teller& tell)
      : settings_(settings),
        random_(settings.seed),
        world_(settings.seed, log_, anyCars(settings, random_)),
        notebook_(world_),
        faults_(notebook_, random_.next(), settings.faults,
                [this](const FaultKind& kind, std::optional<std::size_t> car) { onFault(kind, car); }) {
    for (const auto check : {checkAtMostOnce, checkNeverStale, checkNotLost, checkHonest, checkNeverStuck,
                             checkPresence, checkNothingLost, checkBattery}) {
      watchers_.push_back(check(notebook_));
    }
    auto trace = std::make_unique<TraceHash>(world_.time);
    trace_ = trace.get();
    watchers_.push_back(std::move(trace));
    if (tell) watchers_.push_back(std::make_unique<Story>(notebook_, tell));
    for (std::size_t i = 0; i < world_.cars.size(); ++i) {
      gates_.push_back(std::make_unique<TcpGate>(world_.network, world_.server, world_.cars[i]->ccid()));
      world_.network.serve(kGates[i], device::TcpSettings{}.port, *gates_.back());
      const auto told = [this](const Wish& wish) { each([&](Watcher& w) { w.onAccepted(wish); }); };
      owners_.push_back(std::make_unique<Owner>(notebook_, i, random_.next(), told));
      drivers_.push_back(std::make_unique<Driver>(world_.time, *world_.cars[i], random_.next()));
    }
    watch();
  }

  CampaignResult play() {
    for (std::size_t i = 0; i < owners_.size(); ++i) {
      owners_[i]->start();
      drivers_[i]->start();
    }
    faults_.start();
    pass(settings_.span);
    heal();
    pass(kContactLimit);
    for (const auto& owner : owners_) owner->orderLast(kLastOrderLives);
    pass(kLastOrderLives);
    each([](Watcher& watcher) { watcher.onEnd(); });
    return result();
  }

 private:
  template <class Call>
  void each(Call call) {
    for (const auto& watcher : watchers_) call(*watcher);
  }

  void watch() {
    for (std::size_t i = 0; i < world_.cars.size(); ++i) {
      SimCar& car = *world_.cars[i];
      car.on_act = [this, i](const VehicleAct& act) { each([&](Watcher& w) { w.onAct(i, act); }); };
      car.on_start = [this, i](device::WakeCause cause) { each([&](Watcher& w) { w.onStart(i, cause); }); };
      car.on_modem_input = [this, i](std::string_view bytes) { each([&](Watcher& w) { w.onModemInput(i, bytes); }); };
      car.on_modem_output = [this, i](std::string_view bytes) { each([&](Watcher& w) { w.onModemOutput(i, bytes); }); };
      car.on_ri_change = [this, i](bool high) { each([&](Watcher& w) { w.onRi(i, high); }); };
    }
    const auto published = [this](const BrokerMessage& message) { each([&](Watcher& w) { w.onPublished(message); }); };
    world_.broker.on_published = published;
    for (const auto& gate : gates_) gate->on_message = published;
    world_.server.on_effect = [this](const server::Effect& effect) {
      if (const auto* const command = std::get_if<server::CommandChanged>(&effect)) {
        each([&](Watcher& w) { w.onCommand(command->command); });
      } else if (const auto* const device = std::get_if<server::DeviceChanged>(&effect)) {
        each([&](Watcher& w) { w.onDevice(device->device); });
      }
    };
  }

  void onFault(const FaultKind& kind, std::optional<std::size_t> car) {
    ++inflicted_;
    each([&](Watcher& watcher) { watcher.onFault(kind.name, car); });
  }

  void pass(Duration span) {
    world_.time.runUntil(
        [this] {
          if (world_.server.starts() != server_starts_) {
            server_starts_ = world_.server.starts();
            each([](Watcher& watcher) { watcher.onServerStart(); });
          }
          each([](Watcher& watcher) { watcher.onMoment(); });
          return false;
        },
        span);
  }

  void heal() {
    for (const auto& owner : owners_) owner->stop();
    for (const auto& driver : drivers_) driver->stop();
    faults_.heal();
    if (!world_.server.running()) world_.server.start();
    notebook_.healed = true;
    notebook_.healed_at = world_.time.now();
    each([](Watcher& watcher) { watcher.onHealed(); });
  }

  CampaignResult result() {
    CampaignResult result;
    result.violations = notebook_.violations;
    result.trace = trace_->value();
    for (const std::string_view name : faults_.active()) result.faults.emplace_back(name);
    result.inflicted = inflicted_;
    for (const Wish& wish : notebook_.wishes) {
      if (wish.id) addOutcome(wish, result);
    }
    double mah = 0;
    for (const auto& car : world_.cars) mah += car->modemCharge().total_mah;
    const double days = std::chrono::duration<double>(world_.time.now() - Instant{}) / 24h;
    result.mah_per_day = mah / days / static_cast<double>(world_.cars.size());
    return result;
  }

  void addOutcome(const Wish& wish, CampaignResult& result) {
    const auto command = world_.server.command(notebook_.ccid(wish.car), *wish.id);
    if (!command || !command->finished_at) return;
    std::string path = "awake";
    for (const server::Attempt& attempt : command->ledger) {
      if (attempt.path == server::Path::Contact || attempt.path == server::Path::Tcp) continue;
      path = server::pathName(attempt.path);
      if (attempt.result == server::AttemptResult::Answered) break;
    }
    result.outcomes.push_back(
        {path, std::string(server::stateName(command->state)), *command->finished_at - command->created_at});
  }

  const CampaignSettings settings_;
  Random random_;
  NullLogSink log_;
  World world_;
  std::vector<std::unique_ptr<TcpGate>> gates_;
  Notebook notebook_;
  std::vector<std::unique_ptr<Watcher>> watchers_;
  TraceHash* trace_ = nullptr;
  Faults faults_;
  std::vector<std::unique_ptr<Owner>> owners_;
  std::vector<std::unique_ptr<Driver>> drivers_;
  int server_starts_ = 0;
  std::uint64_t inflicted_ = 0;
};

}  // namespace

CampaignResult play(const CampaignSettings& settings, const Teller& tell) { return Campaign(settings, tell).play(); }

std::set<std::string> allFaults() {
  std::set<std::string> names;
  for (const FaultKind& kind : faultKinds()) names.emplace(kind.name);
  return names;
}

}  // namespace smartkar::sim
