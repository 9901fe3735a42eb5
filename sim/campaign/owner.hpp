#pragma once

#include <cstdint>
#include <string>

#include "base/random.hpp"
#include "sim/campaign/notebook.hpp"

namespace smartkar::sim {

// Who wants something of one car, through the API: again and again, now and then a burst, now and then the opposite.
// Like a good client it asks again, with the same key, while it has no answer.
class Owner {
 public:
  // notebook, told: outlive this. told: hears that an order was accepted.
  Owner(Notebook& notebook, std::size_t car, std::uint64_t seed, std::function<void(const Wish&)> told);

  void start() { planNext(); }
  // Wants nothing new any more.
  void stop() { stopped_ = true; }
  // One more order, a charging, with nothing in its way.
  void orderLast(Duration ttl);

 private:
  void planNext();
  Wish& newWish();
  void order();
  void describe(Wish& wish);
  void describeCharging(Wish& wish);
  void describeClimate(Wish& wish);
  void ask(Wish& wish, Instant until);
  void askAgain(Wish& wish, Instant until);
  void cancel(Wish& wish);
  Duration within(Duration low, Duration high) { return Duration(random_.between(low.count(), high.count())); }

  Notebook& notebook_;
  const std::size_t car_;
  Random random_;
  const std::function<void(const Wish&)> told_;
  Duration pause_{};  // between two occasions, on average
  bool stopped_ = false;
  int orders_ = 0;
  int chargings_ = 0;
  int climates_ = 0;
};

}  // namespace smartkar::sim
