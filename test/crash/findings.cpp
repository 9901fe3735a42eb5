#include "test/crash/findings.hpp"

#include <charconv>
#include <map>
#include <set>
#include <tuple>

#include "server/store/history.hpp"

namespace smartkar::test {

namespace {

constexpr std::size_t kAll = 1'000'000;
constexpr auto kEver = UnixTime::max();

using Counts = std::map<LoadMessage, int>;

void addEvents(server::Store& store, const std::string& ccid, std::uint32_t car, Counts& counts) {
  const auto events = store.events(ccid, kAll);
  for (const server::StoredEvent& stored : *events) {
    ++counts[{.car = car, .seq = stored.event.seq.value_or(0), .event = true}];
  }
}

// The load's states carry their number in a field.
void addSamples(server::Store& store, const std::string& ccid, std::uint32_t car, Counts& counts) {
  const auto samples = store.samples(ccid, {}, kEver, kAll);
  for (const server::StoredSample& stored : *samples) {
    const auto text = server::valueAt(stored.sample.fields_json, "device.uptime").value_or("0");
    LoadMessage message{.car = car, .seq = 0, .event = false};
    std::from_chars(text.data(), text.data() + text.size(), message.seq);
    ++counts[message];
  }
}

std::string describe(const LoadMessage& message, const std::vector<std::string>& ccids, const char* what) {
  return ccids[message.car] + (message.event ? " event " : " state ") + std::to_string(message.seq) + what;
}

}  // namespace

TelemetryFindings compare(server::Store& store, const std::vector<std::string>& ccids,
                          const std::vector<LoadMessage>& acknowledged) {
  Counts counts;
  for (std::uint32_t car = 0; car < ccids.size(); ++car) {
    addEvents(store, ccids[car], car, counts);
    addSamples(store, ccids[car], car, counts);
  }
  TelemetryFindings findings;
  const auto note = [&](const LoadMessage& message, const char* what) {
    if (findings.first.empty()) findings.first = describe(message, ccids, what);
  };
  for (const auto& [message, count] : counts) {
    if (count == 1) continue;
    ++findings.doubled;
    note(message, " is there more than once");
  }
  for (const LoadMessage& message : acknowledged) {
    if (counts.contains(message)) continue;
    ++findings.missing;
    note(message, " is missing");
  }
  return findings;
}

std::size_t openCommands(server::Store& store, const std::vector<std::string>& ccids,
                         const std::vector<Owners::Accepted>& accepted) {
  std::size_t open = 0;
  for (const auto& [car, id] : accepted) {
    const auto command = *store.command(ccids[car], id);
    if (command && !server::isFinal(command->state)) ++open;
  }
  return open;
}

std::vector<std::string> wrongCommands(server::Store& store, const std::vector<std::string>& ccids,
                                       const std::vector<Owners::Accepted>& accepted, const WireCars& cars) {
  std::vector<std::string> wrong;
  for (std::size_t car = 0; car < ccids.size(); ++car) {
    std::map<protocol::CommandId, int> effects;
    for (const conformance::Act& act : cars.acts(car)) ++effects[act.id];
    std::set<protocol::CommandId> asked;
    for (const auto& one : accepted) {
      if (one.car == car) asked.insert(one.id);
    }
    const auto complain = [&](protocol::CommandId id, const std::string& what) {
      wrong.push_back(ccids[car] + " command " + std::to_string(id) + " " + what);
    };
    const auto commands = store.commands(ccids[car], kAll);
    for (const server::CommandRecord& command : *commands) {
      const int done = effects[command.id];
      if (asked.erase(command.id) == 0) complain(command.id, "was asked for by nobody");
      if (done > 1) complain(command.id, "took effect " + std::to_string(done) + " times");
      const bool completed = command.state == server::CommandState::Completed;
      if (completed != (done == 1)) {
        complain(command.id,
                 "is " + std::string(server::stateName(command.state)) + " with " + std::to_string(done) + " effects");
      }
    }
    for (const protocol::CommandId id : asked) complain(id, "is not in the store");
  }
  return wrong;
}

}  // namespace smartkar::test
