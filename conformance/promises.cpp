#include "conformance/promises.hpp"

#include <algorithm>
#include <cmath>

#include "protocol/json_document.hpp"
#include "protocol/parameters.hpp"

namespace smartkar::conformance {
namespace {

using protocol::Action;
using protocol::Parameter;
using protocol::ResponseStatus;
using server::CommandRecord;
using server::CommandState;

[[noreturn]] void broken(const Scene& scene, server::CommandId id, const std::string& promise) {
  std::string name = "command " + std::to_string(id);
  for (const auto& [given, known] : scene.names()) {
    if (known == id) name = given;
  }
  throw Unexpected(name + ": " + promise);
}

// Of what the owner ordered, the server knows the parameters; of what a stranger sent it only knows the outcome.
bool ordered(const CommandRecord& command) { return command.principal == "owner"; }

bool sameCharge(const protocol::Parameters& parameters, const Act& act) {
  return act.charge && act.target_soc == parameters.integer(Parameter::TargetSoc) &&
         act.max_current == parameters.integer(Parameter::MaxCurrent);
}
bool sameClimate(const protocol::Parameters& parameters, const Act& act) {
  return !act.charge && act.allow_battery == parameters.boolean(Parameter::AllowBattery) &&
         std::abs(act.temperature - parameters.number(Parameter::Temperature)) < 0.05;
}

bool asOrdered(const CommandRecord& command, const Act& act) {
  const auto* const spec = protocol::findAction(command.action);
  protocol::JsonDocument document;
  const auto json = document.parse(command.params_json);
  if (spec == nullptr || !json) return false;
  const auto parameters = protocol::parseParameters(*spec, *json);
  if (!parameters) return false;
  switch (spec->action) {
    case Action::StartCharging:
      return act.start && sameCharge(*parameters, act);
    case Action::StartClimate:
      return act.start && sameClimate(*parameters, act);
    default:
      return !act.start;
  }
}

void checkAct(const Scene& scene, const Act& act) {
  if (act.id == 0) throw Unexpected("P1: the vehicle was told something that no command had asked for");
  if (*timesActed(scene, act.id) > 1) broken(scene, act.id, "P1: it acted more than once");
  const auto* const command = scene.server.command(act.id);
  if (command == nullptr || !ordered(*command)) return;
  if (!asOrdered(*command, act)) broken(scene, act.id, "P1: it acted otherwise than ordered");
  const bool late = act.at >= command->expires_at;
  if (late && scene.server.clockIsRight()) broken(scene, act.id, "P2: it acted after its time");
}

// How often a command has acted that ended so; nothing: that is not known.
std::optional<int> effectsOf(CommandState state) {
  if (state == CommandState::Unknown) return std::nullopt;
  return state == CommandState::Completed ? 1 : 0;
}

bool actuating(const CommandRecord& command) {
  const auto* const spec = protocol::findAction(command.action);
  return spec != nullptr && spec->kind == protocol::ActionKind::Actuating;
}

void checkHonesty(const Scene& scene, const CommandRecord& command) {
  const auto times = timesActed(scene, command.id);
  const auto promised = effectsOf(command.state);
  if (!times || !promised || !actuating(command) || *times == *promised) return;
  broken(scene, command.id,
         "P4: the server calls it " + std::string(server::stateName(command.state)) + ", but it acted " +
             std::to_string(*times) + " times");
}

// The server's word for what the journal says.
CommandState stateOf(ResponseStatus status) {
  switch (status) {
    case ResponseStatus::Completed:
      return CommandState::Completed;
    case ResponseStatus::Failed:
      return CommandState::Failed;
    case ResponseStatus::Expired:
      return CommandState::Expired;
    case ResponseStatus::Cancelled:
      return CommandState::Cancelled;
    case ResponseStatus::Unknown:
      return CommandState::Unknown;
    default:
      return CommandState::Rejected;
  }
}

void checkJournal(const Scene& scene, const CommandRecord& command) {
  const auto said = scene.rig.journalled(command.id);
  if (!said || stateOf(*said) == command.state) return;
  // What was withdrawn only because its time was over is called expired, not cancelled.
  if (*said == ResponseStatus::Cancelled && command.state == CommandState::Expired) return;
  broken(scene, command.id,
         "P4: the server calls it " + std::string(server::stateName(command.state)) + ", the car's journal " +
             std::string(protocol::statusName(*said)));
}

}  // namespace

std::optional<int> timesActed(const Scene& scene, server::CommandId id) {
  const auto acts = scene.rig.acts();
  if (!acts) return std::nullopt;
  return static_cast<int>(std::ranges::count(*acts, id, &Act::id));
}

bool allEnded(const Scene& scene) {
  return std::ranges::all_of(scene.server.commands(),
                             [](const auto& item) { return server::isFinal(item.second.state); });
}

void checkPromises(const Scene& scene) {
  const auto acts = scene.rig.acts();
  for (const Act& act : acts.value_or(std::vector<Act>())) checkAct(scene, act);
  for (const auto& [key, command] : scene.server.commands()) {
    if (!server::isFinal(command.state)) continue;
    checkHonesty(scene, command);
    checkJournal(scene, command);
  }
}

}  // namespace smartkar::conformance
