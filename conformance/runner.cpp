#include "conformance/runner.hpp"

#include <algorithm>

#include "conformance/promises.hpp"
#include "conformance/scene.hpp"

namespace smartkar::conformance {
namespace {

// The longest wait for a rig whose clock cannot be turned.
constexpr Duration kShortWait = 3min;
// Everything ends once all faults have: the longest time to live of a scenario, and the longest sleep.
constexpr Duration kLongestLife = 12h;
// A last contact, in which what was told on a guess is corrected.
constexpr Duration kLastContact = 3min;

std::optional<Feature> missing(const Script& script, const Rig& rig) {
  for (const Step& step : script.steps) {
    if (!rig.supports(step.phrase->needs)) return step.phrase->needs;
    const bool is_long = step.arguments.duration > kShortWait;
    if (is_long && !rig.supports(Feature::LongWaits)) return Feature::LongWaits;
  }
  return std::nullopt;
}

void checkUnknown(const Scene& scene) {
  for (const auto& [name, id] : scene.names()) {
    const auto* const command = scene.server.command(id);
    const bool unknown = command != nullptr && command->state == server::CommandState::Unknown;
    if (unknown && !scene.may_be_unknown.contains(name)) {
      throw Unexpected("P4: " + name + " ended as unknown (" + command->error + "), which the scenario does not allow");
    }
  }
}

void conclude(Scene& scene) {
  scene.heal();
  const Duration longest = scene.rig.supports(Feature::LongWaits) ? kLongestLife : kShortWait;
  scene.rig.inflict(Fault::Wake, 0);
  if (!scene.passUntil([&] { return allEnded(scene); }, longest)) {
    for (const auto& [key, command] : scene.server.commands()) {
      if (server::isFinal(command.state)) continue;
      throw Unexpected("P3: command " + std::to_string(command.id) + " has not ended: it is " +
                       std::string(server::stateName(command.state)));
    }
  }
  scene.rig.inflict(Fault::Wake, 0);
  scene.pass(scene.rig.supports(Feature::LongWaits) ? kLastContact : Duration(5s));
  checkPromises(scene);
  checkUnknown(scene);
}

void play(const Script& script, Scene& scene) {
  for (const Step& step : script.steps) {
    try {
      step.phrase->perform(scene, step.arguments);
    } catch (const Unexpected& unexpected) {
      throw ScriptError(script.name + ".txt:" + std::to_string(step.line) + ": " + step.text + ": " +
                        unexpected.what());
    }
  }
  try {
    conclude(scene);
  } catch (const Unexpected& unexpected) {
    throw ScriptError(script.name + ".txt: after the end: " + unexpected.what());
  }
}

}  // namespace

Report run(const Script& script, Rig& rig) {
  Report report;
  if (const auto feature = missing(script, rig)) {
    report.verdict = Verdict::NotRun;
    report.why = "needs " + std::string(describe(*feature));
    return report;
  }
  Scene scene(rig);
  try {
    play(script, scene);
  } catch (const ScriptError& error) {
    report.verdict = Verdict::Failed;
    report.why = error.what();
  }
  scene.server.goDown();
  report.cells = scene.server.cells();
  return report;
}

}  // namespace smartkar::conformance
