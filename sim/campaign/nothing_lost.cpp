#include <string>

#include "sim/campaign/checkers.hpp"

namespace smartkar::sim {
namespace {

// P7. What the API accepted is known whenever the server starts again.
class NothingLost : public Watcher {
 public:
  explicit NothingLost(Notebook& notebook) : notebook_(notebook) {}

  void onServerStart() override { look(); }
  void onEnd() override { look(); }

 private:
  void look() {
    for (const Wish& wish : notebook_.wishes) {
      if (!wish.accepted || notebook_.mayBeForgotten(wish)) continue;
      if (notebook_.world.server.command(notebook_.ccid(wish.car), *wish.id)) continue;
      notebook_.violate(7, wish.car, wish.key + ", " + wish.action + " was accepted and is not known any more");
    }
  }

  Notebook& notebook_;
};

}  // namespace

std::unique_ptr<Watcher> checkNothingLost(Notebook& notebook) { return std::make_unique<NothingLost>(notebook); }

}  // namespace smartkar::sim
