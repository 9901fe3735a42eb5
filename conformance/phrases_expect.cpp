#include <algorithm>

#include "conformance/phrases.hpp"
#include "conformance/promises.hpp"
#include "conformance/scene.hpp"

namespace smartkar::conformance {
namespace {

// How a command stands, for people.
std::string standing(const server::CommandRecord& command) {
  std::string text(server::stateName(command.state));
  if (!command.stage.empty()) text += " (" + command.stage + ")";
  if (!command.error.empty()) text += " (" + command.error + ")";
  if (command.unconfirmed) text += ", unconfirmed";
  return text;
}

bool is(Scene& scene, const Arguments& said) { return server::stateName(scene.command(said.name).state) == said.word; }
bool says(Scene& scene, const Arguments& said) { return scene.command(said.name).stage == said.word; }
bool was(Scene& scene, const Arguments& said) {
  return std::ranges::any_of(scene.command(said.name).history,
                             [&](const auto& entry) { return server::stateName(entry.state) == said.word; });
}
bool unconfirmed(Scene& scene, const Arguments& said) { return scene.command(said.name).unconfirmed; }
bool presence(Scene& scene, const Arguments& said) {
  const auto* const car = scene.server.device();
  return car != nullptr && server::presenceName(car->presence) == said.word;
}
bool sent(Scene& scene, const Arguments& said) {
  return scene.command(said.name).attempts == static_cast<std::uint32_t>(said.count);
}
template <int times>
bool acted(Scene& scene, const Arguments& said) {
  return timesActed(scene, scene.id(said.name)).value_or(times) == times;
}
bool carAwake(Scene& scene, const Arguments&) { return scene.rig.carAwake(); }
bool carAsleep(Scene& scene, const Arguments&) { return !scene.rig.carAwake(); }
bool refused(Scene& scene, const Arguments& said) {
  return !scene.server.order({said.action, said.parameters, {}, false});
}

using Condition = bool(Scene& scene, const Arguments& said);

std::string describe(Scene& scene, const Arguments& said) {
  if (said.name.empty()) return "it is not so";
  std::string text = said.name + " is " + standing(scene.command(said.name)) + ", sent " +
                     std::to_string(scene.command(said.name).attempts) + " times";
  const auto times = timesActed(scene, scene.id(said.name));
  return times ? text + ", acted " + std::to_string(*times) + " times" : text;
}

template <Condition condition>
void expect(Scene& scene, const Arguments& said) {
  if (!condition(scene, said)) throw Unexpected(describe(scene, said));
}
template <Condition condition>
void expectNot(Scene& scene, const Arguments& said) {
  if (condition(scene, said)) throw Unexpected(describe(scene, said));
}
template <Condition condition>
void await(Scene& scene, const Arguments& said) {
  const bool so = scene.passUntil([&] { return condition(scene, said); }, scene.rig.patience());
  if (!so) throw Unexpected("waited in vain: " + describe(scene, said));
}

constexpr Phrase kPhrases[] = {
    {"wait DURATION", Feature::None, "lets time pass",
     [](Scene& scene, const Arguments& said) { scene.pass(said.duration); }},
    {"wait until NAME is STATE", Feature::None, "lets time pass; an error if it takes too long", await<is>},
    {"wait until NAME says STAGE", Feature::None, "until the car says how far it is", await<says>},
    {"wait until NAME is unconfirmed", Feature::None, "sent, overdue, not contradicted", await<unconfirmed>},
    {"wait until car is asleep", Feature::None, "the same", await<carAsleep>},
    {"wait until car is awake", Feature::None, "the same", await<carAwake>},
    {"expect NAME is STATE", Feature::None, "how the command stands at the server", expect<is>},
    {"expect NAME is unconfirmed", Feature::None, "sent, overdue, not contradicted", expect<unconfirmed>},
    {"expect NAME is not unconfirmed", Feature::None, "not that", expectNot<unconfirmed>},
    {"expect NAME says STAGE", Feature::None, "how far the car is, or where it failed", expect<says>},
    {"expect NAME was STATE", Feature::None, "at some time", expect<was>},
    {"expect NAME was never STATE", Feature::None, "at no time", expectNot<was>},
    {"expect NAME was sent COUNT times", Feature::None, "by the server", expect<sent>},
    {"expect NAME acted once", Feature::None, "on the vehicle, as the vehicle saw it", expect<acted<1>>},
    {"expect NAME never acted", Feature::None, "the vehicle saw nothing of it", expect<acted<0>>},
    {"expect car is awake", Feature::None, "its processor runs", expect<carAwake>},
    {"expect car is asleep", Feature::None, "it does not", expect<carAsleep>},
    {"expect server thinks the car is PRESENCE", Feature::None, "awake, asleep, overdue, lost or never_seen",
     expect<presence>},
    {"expect server refuses ACTION", Feature::None, "an order that is not in order", expect<refused>},
    {"expect car, server and vehicle agree", Feature::None, "what each says became of the commands",
     [](Scene& scene, const Arguments&) { checkPromises(scene); }},
    {"NAME may be unknown", Feature::None, "at the end; without this it is an error if nobody knows what became of it",
     [](Scene& scene, const Arguments& said) { scene.may_be_unknown.insert(said.name); }},
};

}  // namespace

std::span<const Phrase> expectPhrases() { return kPhrases; }

}  // namespace smartkar::conformance
