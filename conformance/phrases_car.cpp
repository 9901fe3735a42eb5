#include "conformance/phrases.hpp"
#include "conformance/scene.hpp"

namespace smartkar::conformance {
namespace {

constexpr Duration kTimeToSleep = 15min;

template <Fault fault>
void inflict(Scene& scene, const Arguments& said) {
  scene.rig.inflict(fault, said.count);
  scene.settle();
}
template <VehicleMood mood>
void vehicle(Scene& scene, const Arguments&) {
  scene.rig.vehicle(mood);
}
template <VehicleStep step>
void vehicleTakes(Scene& scene, const Arguments& said) {
  scene.rig.vehicleTakes(step, said.duration);
}

template <OldCarMood mood>
void oldCar(Scene& scene, const Arguments&) {
  scene.rig.oldCar(mood);
}

void awake(Scene& scene, const Arguments&) {
  scene.rig.inflict(Fault::Wake, 0);
  const auto listening = [&] {
    const auto* const car = scene.server.device();
    return scene.rig.carAwake() && car != nullptr && car->presence == server::Presence::Awake;
  };
  if (!scene.passUntil(listening, scene.rig.patience())) throw Unexpected("the car does not wake");
  // The sync that answers it is under way.
  scene.pass(1s);
}
void asleep(Scene& scene, const Arguments& said) {
  if (!scene.server.device() || scene.server.device()->presence == server::Presence::NeverSeen) awake(scene, said);
  const auto sleeping = [&] { return !scene.rig.carAwake(); };
  if (!scene.passUntil(sleeping, kTimeToSleep)) throw Unexpected("the car does not go to sleep");
  scene.pass(1s);
}

constexpr Phrase kCar[] = {
    {"car is awake", Feature::None, "wakes it and waits until it is in contact", awake},
    {"car is asleep", Feature::None, "waits until it sleeps", asleep},
    {"car wakes", Feature::None, "by its timer, or somebody uses it", inflict<Fault::Wake>},
    {"car loses power", Feature::Power, "it is off until it has power again", inflict<Fault::PowerOff>},
    {"car loses power at its next flash write", Feature::Power, "before the first byte",
     inflict<Fault::PowerOffAtFlashWrite>},
    {"car loses power COUNT bytes into its next flash write", Feature::Power, "so the record is half written",
     inflict<Fault::PowerOffAtFlashWrite>},
    {"car loses power when it acts", Feature::Power, "right after the first frame that changes the vehicle",
     inflict<Fault::PowerOffAtAct>},
    {"car has power", Feature::Power, "and starts", inflict<Fault::PowerOn>},
    {"car restarts", Feature::Power, "its power is gone for a moment",
     [](Scene& scene, const Arguments&) {
       scene.rig.inflict(Fault::PowerOff, 0);
       scene.rig.inflict(Fault::PowerOn, 0);
       scene.settle();
     }},
    {"car stalls for DURATION", Feature::Processor, "its processor is busy; what arrives meanwhile waits",
     [](Scene& scene, const Arguments& said) { scene.rig.stall(said.duration); }},
    {"car loses its journal", Feature::Flash, "its flash is blank, and it starts anew", inflict<Fault::LoseJournal>},
    {"flash fails", Feature::Flash, "nothing can be written any more", inflict<Fault::FlashFails>},
    {"flash works", Feature::Flash, "again", inflict<Fault::FlashWorks>},
    {"car reconnects", Feature::Link, "its connection breaks, and it opens a new one", inflict<Fault::LinkBreaks>},
    {"car is out of reach", Feature::Link, "nothing gets to it or from it", inflict<Fault::OutOfReach>},
    {"car is within reach", Feature::Link, "again", inflict<Fault::WithinReach>},
    {"old car connects", Feature::OldFirmware, "the car has old firmware, and its session opens",
     [](Scene& scene, const Arguments&) {
       scene.rig.oldCarSession(true);
       scene.settle();
     }},
    {"old car disconnects", Feature::OldFirmware, "its session ends",
     [](Scene& scene, const Arguments&) {
       scene.rig.oldCarSession(false);
       scene.settle();
     }},
    {"old car does not answer", Feature::OldFirmware, "it acts and says nothing", oldCar<OldCarMood::Silent>},
    {"old car is busy", Feature::OldFirmware, "with something nobody at the server knows of", oldCar<OldCarMood::Busy>},
    {"old car behaves", Feature::OldFirmware, "again", oldCar<OldCarMood::Normal>},
    {"vehicle refuses", Feature::Vehicle, "what it is told to do", vehicle<VehicleMood::Refuses>},
    {"vehicle refuses the profile", Feature::Vehicle, "which must be written before it is told what to do",
     vehicle<VehicleMood::RefusesProfile>},
    {"vehicle does not wake", Feature::Vehicle, "however often it is asked", vehicle<VehicleMood::DoesNotWake>},
    {"vehicle cannot be reached", Feature::Vehicle, "not even asked to wake", vehicle<VehicleMood::CannotBeReached>},
    {"vehicle does not confirm", Feature::Vehicle, "it acts, and does not say so",
     vehicle<VehicleMood::DoesNotConfirm>},
    {"vehicle does not confirm the profile", Feature::Vehicle, "it takes it, and does not say so",
     vehicle<VehicleMood::DoesNotConfirmProfile>},
    {"vehicle behaves", Feature::Vehicle, "again", vehicle<VehicleMood::Normal>},
    {"vehicle takes DURATION to wake", Feature::Vehicle, "until it can be talked to", vehicleTakes<VehicleStep::Wake>},
    {"vehicle takes DURATION to take the profile", Feature::Vehicle, "until it says that it has it",
     vehicleTakes<VehicleStep::Profile>},
    {"vehicle takes DURATION to confirm", Feature::Vehicle, "until it says that it was done; it is done at once",
     vehicleTakes<VehicleStep::Operation>},
};

}  // namespace

std::span<const Phrase> carPhrases() { return kCar; }

}  // namespace smartkar::conformance
