#include <array>
#include <string>

#include "sim/campaign/faults.hpp"

namespace smartkar::sim {
namespace {

// What a firmware says unasked, and what looks as if it did.
constexpr std::array kUrcs = {"RDY",
                              "SMS Ready",
                              "+CFUN: 1",
                              "+CPIN: READY",
                              "+CPIN: NOT INSERTED",
                              "+CEREG: 2",
                              "+SMSTATE: 0",
                              "+SMSTATE: 1",
                              "+APP PDP: 0,DEACTIVE",
                              "+CMTI: \"SM\",1",
                              "*PSUTTZ: 26/01/01,00:00:00\",\"+04\",0",
                              "DST: 1",
                              "OK",
                              "ERROR",
                              "+SMSUB: \"foreign\",\"7B7D\"",
                              "NORMAL POWER DOWN"};
constexpr std::array kCommands = {"+SMCONN", "+SMSUB",  "+SMPUB",  "+SMSTATE", "+CNACT", "+CGATT", "+CSCLK",
                                  "+SMCONF", "+CAOPEN", "+CASEND", "+CARECV",  "+CPIN",  "+CFUN",  "+CEDRXRDP"};

void noise(FaultScene& scene) {
  SimCar& car = scene.car();
  const double rate = scene.random().chance(0.3) ? 0.2 : 1e-3;
  car.noiseToModem().setRate(rate);
  car.noiseFromModem().setRate(rate);
  scene.undoAfter(scene.spread(20ms, 20min), [&car] {
    car.noiseToModem().setRate(0);
    car.noiseFromModem().setRate(0);
  });
}

void urcs(FaultScene& scene) {
  const std::uint32_t lines = scene.random().chance(0.2) ? 50 : 1;
  for (std::uint32_t i = 0; i < lines; ++i) {
    scene.modem().emitUrc(kUrcs[scene.random().below(kUrcs.size())], scene.now());
  }
}

void modemReboot(FaultScene& scene) { scene.modem().brownOut(scene.now()); }
void modemPowerDown(FaultScene& scene) { scene.modem().powerDownUnasked(scene.now()); }
void modemHang(FaultScene& scene) { scene.modem().wedge(scene.now()); }
void modemMute(FaultScene& scene) {
  scene.modem().failNext(kCommands[scene.random().below(kCommands.size())], scene.random().chance(0.5), scene.now());
}
void transmitBrownOut(FaultScene& scene) {
  modem_sim::Modem& modem = scene.modem();
  modem.setFault("brown-out", "0.3", scene.now());
  scene.undoAfter(scene.spread(1min, 30min),
                  [&modem, &world = scene.world()] { modem.setFault("brown-out", "0", world.time.now()); });
}

void outage(FaultScene& scene) {
  modem_sim::Modem& modem = scene.modem();
  modem.setCoverage(false, scene.now());
  scene.undoAfter(scene.spread(2s, 12h),
                  [&modem, &world = scene.world()] { modem.setCoverage(true, world.time.now()); });
}
void contextLoss(FaultScene& scene) { scene.modem().dropPdp(scene.now()); }
void natDrop(FaultScene& scene) { scene.modem().dropNat(scene.now()); }
void segmentLoss(FaultScene& scene) {
  modem_sim::Modem& modem = scene.modem();
  modem.behaviour().loss_percent = static_cast<int>(scene.random().between(1, 60));
  scene.undoAfter(scene.spread(10s, 2h), [&modem] { modem.behaviour().loss_percent = 0; });
}
void slowNetwork(FaultScene& scene) {
  modem_sim::Modem& modem = scene.modem();
  modem.timing().latency = scene.within(500ms, 8s);
  scene.undoAfter(scene.spread(10s, 1h), [&modem] { modem.timing().latency = modem_sim::Timing{}.latency; });
}
void simLost(FaultScene& scene) {
  modem_sim::Modem& modem = scene.modem();
  modem.behaviour().sim = modem_sim::SimKind::Missing;
  modem.brownOut(scene.now());
  scene.undoAfter(scene.spread(1min, 6h), [&modem] { modem.behaviour().sim = modem_sim::SimKind::Ready; });
}

void riBroken(FaultScene& scene) {
  SimCar& car = scene.car();
  car.setRiFault(SimCar::RiFault::Broken);
  scene.undoAfter(scene.spread(1min, 12h), [&car] { car.setRiFault(SimCar::RiFault::None); });
}
void riStuck(FaultScene& scene) {
  SimCar& car = scene.car();
  car.setRiFault(SimCar::RiFault::StuckLow);
  scene.undoAfter(scene.spread(1s, 12h), [&car] { car.setRiFault(SimCar::RiFault::None); });
}
void riSpurious(FaultScene& scene) {
  SimCar& car = scene.car();
  car.setRiFault(SimCar::RiFault::StuckLow);
  scene.undoAfter(scene.within(1ms, 200ms), [&car] { car.setRiFault(SimCar::RiFault::None); });
}
void dtrStuck(FaultScene& scene) {
  SimCar& car = scene.car();
  car.setDtrStuck(true);
  scene.undoAfter(scene.spread(1min, 6h), [&car] { car.setDtrStuck(false); });
}

void powerCut(FaultScene& scene) {
  SimCar& car = scene.car();
  car.setPower(false);
  scene.undoAfter(scene.spread(50ms, 8h), [&car] { car.setPower(true); });
}
void powerCutInFlash(FaultScene& scene) {
  SimCar& car = scene.car();
  car.cutPowerInFlash(scene.random().below(200), scene.spread(50ms, 10min));
  scene.undoWhenHealed([&car] { car.sparePowerInFlash(); });
}
void processorHang(FaultScene& scene) {
  if (scene.car().awake()) scene.car().hang();
}
void clockError(FaultScene& scene) {
  // A crystal is within 100 ppm at any temperature; the RC oscillator of a deep sleep is not.
  scene.car().setClockError(static_cast<int>(scene.random().between(-2000, 2000)));
}

void connectionsReset(FaultScene& scene) { scene.world().network.resetAll(); }
void brokerRestart(FaultScene& scene) { scene.world().broker.restart(true); }
void brokerForgets(FaultScene& scene) { scene.world().broker.restart(false); }
void serverKill(FaultScene& scene) {
  SimServer& server = scene.world().server;
  if (server.running()) server.kill(scene.spread(1s, 20min));
}
void serverAway(FaultScene& scene) {
  SimServer& server = scene.world().server;
  if (server.running()) server.kill(scene.spread(20min, 8h));
}
void serverClock(FaultScene& scene) {
  SimServer& server = scene.world().server;
  const Duration ahead = scene.spread(1s, 6h);
  const auto seconds = std::chrono::floor<std::chrono::seconds>(ahead);
  server.setClockAhead(scene.random().chance(0.5) ? seconds : -seconds);
  scene.undoAfter(scene.spread(1min, 6h), [&server] { server.setClockAhead(0s); });
}
// Power goes at one of the next changes to the disk: between any two, or in the middle of one.
void serverPower(FaultScene& scene) {
  Disk& disk = scene.world().disk;
  disk.cutPowerAt(1 + scene.random().below(60));
  scene.undoWhenHealed([&disk] { disk.powerOn(); });
}
void diskFull(FaultScene& scene) {
  Disk& disk = scene.world().disk;
  disk.setCapacity(0);
  scene.undoAfter(scene.spread(1s, 2h), [&disk] { disk.setCapacity(std::nullopt); });
}
void serverRestored(FaultScene& scene) {
  const Disk::Files backup = scene.world().disk.files();
  const Instant made = scene.now();
  scene.world().time.after(scene.spread(1min, 12h), [&scene, backup, made] {
    World& world = scene.world();
    if (scene.notebook().healed) return;
    world.server.kill(10s);
    world.disk.setFiles(backup);
    scene.notebook().restores.push_back({made, scene.now()});
  });
}
void halfOpen(FaultScene& scene) { scene.world().network.forgetAll(); }
void slowBroker(FaultScene& scene) {
  VirtualNetwork& network = scene.world().network;
  network.setDelay(scene.spread(10ms, 20s));
  scene.undoAfter(scene.spread(10s, 1h), [&network] { network.setDelay(Duration(0)); });
}
void duplicates(FaultScene& scene) {
  Broker& broker = scene.world().broker;
  broker.copies = [&scene](const BrokerMessage&) { return scene.random().chance(0.3) ? 2 : 1; };
  scene.undoAfter(scene.spread(1min, 6h), [&broker] { broker.copies = [](const BrokerMessage&) { return 1; }; });
}
void journalLost(FaultScene& scene) {
  SimCar& car = scene.car();
  car.setPower(false);
  car.loseJournal();
  scene.notebook().journal_lost.insert(*scene.notebook().carOf(car.ccid()));
  scene.undoAfter(scene.spread(1s, 10min), [&car] { car.setPower(true); });
}

// Somebody who may publish sends what is no message.
void rubbish(FaultScene& scene) {
  constexpr std::array kFromTheCar = {"status", "response", "state", "event"};
  constexpr std::array kNoMessage = {"", "[1,2", "\xff\xfe", "off", "{\"online\":tr", "{\"id\":1,\"id\":2}"};
  constexpr std::array kForTheCar = {"{}", "{\"id\":99999999999,\"action\":\"vehicle.startCharging\"}",
                                     "{\"action\":\"vehicle.startCharging\",\"id\":5,\"mac\":\"00000000\"}"};
  Random& random = scene.random();
  const bool to_car = random.chance(0.3);
  const std::string channel = to_car ? "command" : kFromTheCar[random.below(kFromTheCar.size())];
  BrokerMessage message;
  message.topic = "smartkar/" + scene.car().ccid() + "/" + channel;
  message.payload = to_car ? kForTheCar[random.below(kForTheCar.size())] : kNoMessage[random.below(kNoMessage.size())];
  message.qos = mqtt::Qos::AtLeastOnce;
  scene.world().broker.publish(message);
}

// As a brown-out in the sleep does, or a cut while it is written before the sleep.
void retainedDamaged(FaultScene& scene) {
  const std::uint32_t bits = 1 + scene.random().below(3);
  for (std::uint32_t i = 0; i < bits && !scene.car().awake(); ++i) scene.car().flipRetainedBit(scene.random().next());
}

void certificate(FaultScene& scene) {
  SimCar& car = scene.car();
  car.setCertificateExpired(true);
  scene.undoAfter(scene.spread(10min, 24h), [&car] { car.setCertificateExpired(false); });
}

// Not an owner's order: nobody waits for its end. A car that knows no TCP endpoint refuses.
void moveLink(FaultScene& scene) {
  server::CommandRequested request;
  request.ccid = scene.car().ccid();
  request.action = "system.setLink";
  request.params_json = scene.random().chance(0.5) ? R"({"link":"tcp"})" : R"({"link":"mqtt"})";
  request.principal = "operator";
  scene.world().server.request(request, [](const server::Effect&) {});
}

constexpr std::array kKinds = {
    FaultKind{"uart-noise", "bytes between processor and modem are damaged", true, 2min, 3h, noise},
    FaultKind{"urc", "the modem says things nobody asked for", true, 20s, 1h, urcs},
    FaultKind{"modem-reboot", "the modem restarts", true, 10min, 12h, modemReboot},
    FaultKind{"modem-off", "the modem switches itself off", true, 20min, 12h, modemPowerDown},
    FaultKind{"modem-hang", "the modem does nothing until its supply is cut", true, 30min, 24h, modemHang},
    FaultKind{"modem-mute", "a command is not answered, or by ERROR", true, 1min, 2h, modemMute},
    FaultKind{"transmit-brown-out", "the modem restarts when it transmits", true, 30min, 12h, transmitBrownOut},
    FaultKind{"outage", "no cell for seconds to hours", true, 30min, 24h, outage},
    FaultKind{"context-loss", "the network ends the IP connectivity", true, 10min, 12h, contextLoss},
    FaultKind{"nat-drop", "the carrier forgets all connections", true, 10min, 6h, natDrop},
    FaultKind{"segment-loss", "segments are lost on the air", true, 20min, 6h, segmentLoss},
    FaultKind{"slow-network", "messages take seconds", true, 20min, 6h, slowNetwork},
    FaultKind{"sim-lost", "the SIM is gone for minutes to hours", true, 3h, 48h, simLost},
    FaultKind{"ri-broken", "RI does not reach the processor", true, 1h, 24h, riBroken},
    FaultKind{"ri-stuck", "RI is stuck low", true, 1h, 24h, riStuck},
    FaultKind{"ri-spurious", "RI rings for nothing", true, 10s, 1h, riSpurious},
    FaultKind{"dtr-stuck", "DTR does not reach the modem", true, 1h, 24h, dtrStuck},
    FaultKind{"power-cut", "the unit's supply is cut", true, 20min, 24h, powerCut},
    FaultKind{"power-cut-in-flash", "…while the journal is written", true, 10min, 6h, powerCutInFlash},
    FaultKind{"processor-hang", "the processor hangs until its watchdog bites", true, 30min, 12h, processorHang},
    FaultKind{"clock-error", "the unit's clock runs fast or slow", true, 2h, 24h, clockError},
    FaultKind{"reset", "all connections are reset", false, 10min, 12h, connectionsReset},
    FaultKind{"broker-restart", "the broker restarts with its sessions", false, 30min, 24h, brokerRestart},
    FaultKind{"broker-forgets", "…without them", false, 1h, 48h, brokerForgets},
    FaultKind{"server-kill", "the server is killed, and starts again soon", false, 10min, 12h, serverKill},
    FaultKind{"server-away", "the server is away for hours", false, 6h, 48h, serverAway},
    FaultKind{"server-clock", "the server's clock is set wrong", false, 3h, 48h, serverClock},
    FaultKind{"server-power", "the server's power is cut at any change to its disk", false, 10min, 12h, serverPower},
    FaultKind{"disk-full", "the server's disk is full", false, 2h, 24h, diskFull},
    FaultKind{"server-restored", "the server is restored from a backup", false, 6h, 48h, serverRestored},
    FaultKind{"half-open", "all connections vanish, and neither end is told", false, 30min, 12h, halfOpen},
    FaultKind{"slow-broker", "everything between cars, broker and server is late", false, 30min, 12h, slowBroker},
    FaultKind{"duplicates", "messages come twice", false, 30min, 12h, duplicates},
    FaultKind{"journal-lost", "the unit's journal is lost", true, 6h, 72h, journalLost},
    FaultKind{"rubbish", "somebody publishes rubbish", true, 1min, 6h, rubbish},
    FaultKind{"retained-damaged", "what is kept through the sleep is damaged", true, 1h, 24h, retainedDamaged},
    FaultKind{"certificate", "the car's certificate expires and is renewed late", true, 3h, 48h, certificate},
    FaultKind{"link", "the server moves the car to TCP or back", true, 30min, 12h, moveLink},
};

}  // namespace

std::span<const FaultKind> faultKinds() { return kKinds; }

}  // namespace smartkar::sim
