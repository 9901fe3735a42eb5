#pragma once

#include <sys/types.h>

#include <cstddef>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "sim/campaign/campaign.hpp"

namespace smartkar::sim {

// Plays runs, each in a process of its own: a run that crashes or does not end is a broken promise, not the end of all.
class Player {
 public:
  // Takes each result as it comes. False: that was enough, what is under way is given up.
  using Take = std::function<bool(const CampaignSettings& settings, const CampaignResult& result)>;

  // jobs: how many at a time, at least 1.
  explicit Player(std::size_t jobs) : jobs_(jobs) {}
  ~Player();

  // Until all are played or enough.
  void play(const std::vector<CampaignSettings>& runs, const Take& take);
  // One; waits for it.
  CampaignResult play(const CampaignSettings& run);

 private:
  struct Child {
    CampaignSettings settings;
    int output = -1;
    std::string text;
    std::int64_t started_ms = 0;
  };

  void start(const CampaignSettings& settings);
  // Waits until one has ended.
  std::pair<CampaignSettings, CampaignResult> next();
  static CampaignResult resultOf(const Child& child, int status);
  void giveUp();

  const std::size_t jobs_;
  std::map<pid_t, Child> children_;
};

}  // namespace smartkar::sim
