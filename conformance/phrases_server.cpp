#include "conformance/phrases.hpp"
#include "conformance/scene.hpp"

namespace smartkar::conformance {
namespace {

constexpr Phrase kPhrases[] = {
    {"server crashes before it stores", Feature::None, "it dies when it next has something to store, and starts again",
     [](Scene& scene, const Arguments&) { scene.server.crashAtNextStore(Server::Crash::BeforeStoring); }},
    {"server crashes after it stored", Feature::None, "the same, when that is stored but nobody was told",
     [](Scene& scene, const Arguments&) { scene.server.crashAtNextStore(Server::Crash::AfterStoring); }},
    {"server restarts", Feature::None, "it ends and starts again",
     [](Scene& scene, const Arguments&) {
       scene.server.goDown();
       scene.server.comeUp();
       scene.settle();
     }},
    {"server is down", Feature::None, "the broker keeps for it what the car sends",
     [](Scene& scene, const Arguments&) { scene.server.goDown(); }},
    {"server is up", Feature::None, "it starts again",
     [](Scene& scene, const Arguments&) {
       scene.server.comeUp();
       scene.settle();
     }},
    {"server is backed up", Feature::None, "all it has stored is copied",
     [](Scene& scene, const Arguments&) { scene.server.backUp(); }},
    {"server is restored from the backup", Feature::None, "what it stored since is gone",
     [](Scene& scene, const Arguments&) {
       scene.server.restoreBackup();
       scene.settle();
     }},
    {"server clock jumps DURATION ahead", Feature::Clock, "it is wrong from now on; the car is told the wrong time",
     [](Scene& scene, const Arguments& said) {
       scene.server.jumpClock(said.duration);
       scene.server.passTime();
       scene.settle();
     }},
    {"server clock jumps DURATION back", Feature::Clock, "the same",
     [](Scene& scene, const Arguments& said) {
       scene.server.jumpClock(-said.duration);
       scene.server.passTime();
       scene.settle();
     }},
    {"broker restarts", Feature::Broker, "all connections end; sessions and queues survive",
     [](Scene& scene, const Arguments&) {
       scene.rig.inflict(Fault::LinkBreaks, 0);
       scene.server.loseBroker(true);
       scene.settle();
     }},
    {"broker forgets", Feature::Broker, "the same, but nothing survives",
     [](Scene& scene, const Arguments&) {
       scene.rig.inflict(Fault::BrokerForgets, 0);
       scene.server.loseBroker(false);
       scene.settle();
     }},
    {"retained status is replayed", Feature::None, "the server sees the latest status again, marked as an old one",
     [](Scene& scene, const Arguments&) {
       scene.server.replayRetained();
       scene.settle();
     }},
};

}  // namespace

std::span<const Phrase> serverPhrases() { return kPhrases; }

}  // namespace smartkar::conformance
