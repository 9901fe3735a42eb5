#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <utility>

#include "modem_sim/event_queue.hpp"

namespace smartkar::modem_sim {

struct Core;

// Registration and application networks (PDP contexts).
class Radio {
 public:
  static constexpr std::size_t kContexts = 4;  // CNACT index 0 … 3
  enum class Registration : std::uint8_t { Idle = 0, Home = 1, Searching = 2, Denied = 3, Roaming = 5 };
  enum class Pdp : std::uint8_t { Off = 0, On = 1, InOperation = 2 };

  explicit Radio(Core& core);

  // The firmware starts: SIM, SMS Ready, then the search.
  void boot();
  // The firmware runs again after PSM: registered as before, without contexts (TinyGSM#829).
  void resume();
  // The firmware ended.
  void reset();
  // CFUN 0, 1, 4, 7.
  void setFunction(int level);
  // The SIM takes its PIN or PUK.
  void simUnlocked();
  // What has been changed in the configuration is so from now on: SIM, cell and what the network says.
  void followConfiguration();
  // AT+COPS: 2 leaves the network, any other looks for it if need be.
  void setOperatorMode(int mode);
  // Cells around or not.
  void setCoverage(bool coverage);
  // The satellite receiver has the path to the antenna, or gives it back.
  void setRfAway(bool away);

  bool registered() const { return registration_ == Registration::Home || registration_ == Registration::Roaming; }
  bool coverage() const { return coverage_; }
  bool attached() const { return attached_ && registered(); }
  Registration registration() const { return registration_; }
  // Detaching ends all contexts.
  void setAttached(bool attached);
  Pdp pdp(std::size_t index) const { return contexts_[index].state; }
  // The host has not asked for a context of type NONIP or EX_NONIP.
  bool carriesIp(std::size_t index) const;
  // A context that carries IP is active.
  bool dataPossible() const;
  // action 1 on, 2 on with automatic retry. False: wrong state.
  bool activate(std::size_t index, int action);
  bool deactivate(std::size_t index);
  // The network ends all contexts on its own.
  void dropPdp();
  // What follows +CEREG: [<n>,]
  std::string registrationText(int n) const;

 private:
  struct Context {
    Pdp state = Pdp::Off;
    bool automatic = false;
  };
  void startSim();
  void startService();
  Registration verdict() const;
  bool hasApn() const;
  void searchEnds();
  void searchFails();
  void search(Duration delay);
  bool hears() const { return coverage_ && !rf_away_; }
  void hearingChanged(bool heard);
  bool anyContext() const;
  void setRegistration(Registration registration);
  void announceRegistration(int n);
  void loseSim();
  void attachDone(std::size_t index);
  void contextLost();
  void endContexts();
  void retryAutomatic();

  Core& core_;
  bool coverage_ = true;
  bool rf_away_ = false;
  bool attached_ = true;
  Registration registration_ = Registration::Idle;
  int activations_to_fail_ = 0;
  std::pair<int, int> place_;  // tracking area and cell
  std::array<Context, kContexts> contexts_{};
  EventQueue::Id search_timer_ = 0;
  EventQueue::Id sim_timer_ = 0;
};

}  // namespace smartkar::modem_sim
