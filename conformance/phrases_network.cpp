#include "conformance/phrases.hpp"
#include "conformance/scene.hpp"

namespace smartkar::conformance {
namespace {

void play(Scene& scene, Network::Trick trick, const Arguments& said) {
  const server::CommandId id = said.flow.about.empty() ? 0 : scene.id(said.flow.about);
  scene.network.play(trick, said.flow, id, said.duration);
}

constexpr Phrase kPhrases[] = {
    {"network loses MESSAGES", Feature::None, "they do not arrive",
     [](Scene& scene, const Arguments& said) { play(scene, Network::Trick::Lose, said); }},
    {"network repeats MESSAGES", Feature::None, "they arrive twice",
     [](Scene& scene, const Arguments& said) { play(scene, Network::Trick::Repeat, said); }},
    {"network repeats MESSAGES after DURATION", Feature::None, "they arrive, and again so much later",
     [](Scene& scene, const Arguments& said) { play(scene, Network::Trick::Repeat, said); }},
    {"network delays MESSAGES by DURATION", Feature::None,
     "they arrive so much later, after others that were sent later",
     [](Scene& scene, const Arguments& said) { play(scene, Network::Trick::Delay, said); }},
    {"network holds MESSAGES", Feature::None, "they wait somewhere on the way",
     [](Scene& scene, const Arguments& said) { play(scene, Network::Trick::Hold, said); }},
    {"network lets go", Feature::None, "what was held arrives",
     [](Scene& scene, const Arguments&) {
       scene.network.letGo(scene.rig.now());
       scene.settle();
     }},
    {"network restored", Feature::None, "from now on everything arrives; what is held stays held",
     [](Scene& scene, const Arguments&) { scene.network.restore(); }},
};

}  // namespace

std::span<const Phrase> networkPhrases() { return kPhrases; }

}  // namespace smartkar::conformance
