#include <string>

#include "sim/campaign/checkers.hpp"

namespace smartkar::sim {
namespace {

using server::CommandState;

// P3. What the API accepted ends. What was ordered after everything was mended is done, by the car's own word.
class NotLost : public Watcher {
 public:
  explicit NotLost(Notebook& notebook) : notebook_(notebook) {}

  void onEnd() override {
    for (const Wish& wish : notebook_.wishes) {
      if (wish.accepted) check(wish);
      if (wish.after_healing && !wish.accepted) violate(wish, "was not accepted");
    }
  }

 private:
  void check(const Wish& wish) {
    const auto command = notebook_.world.server.command(notebook_.ccid(wish.car), *wish.id);
    if (!command) return;  // P7
    const std::string state(server::stateName(command->state));
    if (!server::isFinal(command->state)) return violate(wish, "has not ended: " + state);
    if (!wish.after_healing) return;
    if (command->state != CommandState::Completed || !command->decided_by_car) violate(wish, "is " + state);
  }

  void violate(const Wish& wish, const std::string& what) {
    notebook_.violate(3, wish.car, wish.key + ", " + wish.action + ": " + what);
  }

  Notebook& notebook_;
};

}  // namespace

std::unique_ptr<Watcher> checkNotLost(Notebook& notebook) { return std::make_unique<NotLost>(notebook); }

}  // namespace smartkar::sim
