#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "sim/campaign/checkers.hpp"

namespace smartkar::sim {
namespace {

using device::VehicleOperation;
using server::CommandState;

// P4. What the API calls an end is what happened to the vehicle; what the car itself said stays; `expired` without the
// car's word only of what never left; `unknown` only after something that makes a car forget.
class Honest : public Watcher {
 public:
  explicit Honest(Notebook& notebook) : notebook_(notebook) {}

  void onAct(std::size_t car, const VehicleAct& act) override {
    if (act.operation != VehicleOperation::Start) return;
    if (const Wish* const wish = notebook_.byProfile(car, act.profile)) ++facts_[wish->key].starts;
  }

  void onCommand(const server::CommandRecord& command) override {
    const Wish* const wish = notebook_.byCommand(command);
    if (wish == nullptr) return;
    Facts& facts = facts_[wish->key];
    const bool final_word = server::isFinal(command.state) && command.decided_by_car;
    // A car that was asked again may know more than it did; a server that was restored less.
    if (notebook_.restores.size() != restores_) {
      restores_ = notebook_.restores.size();
      for (auto& [key, known] : facts_) known.word.reset();
    }
    if (command.state == CommandState::Unknown && !facts.unknown_at) facts.unknown_at = notebook_.world.time.now();
    const bool settled = facts.word && *facts.word != CommandState::Unknown;
    if (settled && (!final_word || *facts.word != command.state)) {
      violate(command, "was " + std::string(server::stateName(*facts.word)) + " by the car's word");
    }
    if (final_word) facts.word = command.state;
  }

  void onPublished(const BrokerMessage& message) override {
    noteNeverReceived(message);
    const auto car = notebook_.carOf(message);
    if (!car) return;
    if (message.topic.ends_with("/status") && message.payload.starts_with("{\"online\":true")) {
      for (Reset& reset : resets_[*car]) reset.told = std::min(reset.told, notebook_.world.time.now());
    }
    if (const auto id = idOfCommand(message)) sent_.insert({*car, *id});
  }

  void onStart(std::size_t car, device::WakeCause cause) override {
    if (device::isReset(cause)) resets_[car].push_back({notebook_.world.time.now()});
  }

  void onEnd() override {
    for (const Wish& wish : notebook_.wishes) {
      if (!wish.id) continue;
      const auto command = notebook_.world.server.command(notebook_.ccid(wish.car), *wish.id);
      if (command && notebook_.byCommand(*command) == &wish) check(wish, *command);
    }
  }

 private:
  struct Facts {
    int starts = 0;
    std::optional<Instant> unknown_at;  // first said to be
    bool denied = false;                // the car said that it never received it
    std::optional<CommandState> word;   // the end by the car's word
  };
  struct Reset {
    Instant at;
    Instant told = kNever;  // by the car's first announcement after it
  };

  // The car's word that it does not have a command: then the server may decide.
  void noteNeverReceived(const BrokerMessage& message) {
    if (!message.topic.ends_with("/response") || message.payload.find("never_received") == std::string::npos) return;
    for (const Wish& wish : notebook_.wishes) {
      const bool named = wish.id && message.payload.find(std::to_string(*wish.id)) != std::string::npos;
      if (named && notebook_.carOf(message) == wish.car) facts_[wish.key].denied = true;
    }
  }

  // The id of a command in a message to a car. Read with no parser of the product's.
  static std::optional<server::CommandId> idOfCommand(const BrokerMessage& message) {
    constexpr std::string_view kKey = "{\"id\":";
    if (!message.topic.ends_with("/command") || !message.payload.starts_with(kKey)) return std::nullopt;
    if (message.payload.find("\"system.cancel\"") != std::string::npos) return std::nullopt;
    return static_cast<server::CommandId>(std::stoul(message.payload.substr(kKey.size())));
  }

  // A car that is reset with a command in hand may have done it or not. A server that was restored, or cannot write for
  // an hour, may not know what it sent.
  bool mayBeUnknown(const Wish& wish, const Facts& facts) {
    if (!notebook_.restores.empty()) return true;
    return std::ranges::any_of(resets_[wish.car], [&](const Reset& reset) {
      return reset.told >= wish.asked_at && reset.at <= facts.unknown_at;
    });
  }

  void check(const Wish& wish, const server::CommandRecord& command) {
    const Facts& facts = facts_[wish.key];
    const bool nothing_done = command.state == CommandState::Expired || command.state == CommandState::Cancelled ||
                              command.state == CommandState::Rejected;
    if (nothing_done && facts.starts > 0 && !notebook_.bothForgot(wish.car)) violate(command, "and yet it happened");
    if (command.state == CommandState::Completed && wish.kind == WishKind::Start && facts.starts == 0) {
      violate(command, "and yet it did not happen");
    }
    const bool knows_what_it_sent = std::ranges::none_of(
        notebook_.restores, [&](const Notebook::Restore& restore) { return restore.restored >= wish.asked_at; });
    if (command.state == CommandState::Expired && !command.decided_by_car && !facts.denied && knows_what_it_sent &&
        sent_.contains({wish.car, *wish.id})) {
      violate(command, "by the server's word, though it was sent");
    }
    if (command.state == CommandState::Unknown && !mayBeUnknown(wish, facts)) {
      violate(command, "though the car was not reset since");
    }
  }

  void violate(const server::CommandRecord& command, const std::string& what) {
    notebook_.violate(4, notebook_.carOf(command.ccid),
                      command.idempotency_key + ", " + command.action + " is " +
                          std::string(server::stateName(command.state)) + " " + what);
  }

  Notebook& notebook_;
  std::map<std::string, Facts> facts_;
  std::set<std::pair<std::size_t, server::CommandId>> sent_;
  std::size_t restores_ = 0;
  std::map<std::size_t, std::vector<Reset>> resets_;
};

}  // namespace

std::unique_ptr<Watcher> checkHonest(Notebook& notebook) { return std::make_unique<Honest>(notebook); }

}  // namespace smartkar::sim
