#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "base/log.hpp"
#include "base/result.hpp"
#include "base/time.hpp"
#include "device/app/device_config.hpp"
#include "device/command/outcome.hpp"
#include "device/configuration/configuration_store.hpp"
#include "device/link/keep_alive.hpp"
#include "protocol/configuration.hpp"
#include "protocol/parameters.hpp"

namespace smartkar::device {

// A change that may lose the link is given up if no contact confirmed it within so many minutes of trying. Each is
// counted in flash when it begins, so a restart costs the rest of its minute and no fault can try more often than this.
inline constexpr std::uint8_t kTrialMinutes = 10;

// What was learned is written at most this often.
inline constexpr Duration kLearnedInterval = 1h;

// The configuration of one run: what the port gives, what was set on top of it, and what is on trial. What may lose the
// link takes effect in the next run, which begins at once (restartDue()).
class DeviceSettings {
 public:
  // flash: of the configuration; must outlive this. given: copied, but what its views point to must outlive this.
  // Begins the next minute of a trial, or takes the trial back if it had all of them.
  DeviceSettings(Flash& flash, const DeviceConfig& given, LogSink& log, Instant now);

  // Changes with every call that sets something without effect on the link.
  const DeviceConfig& inForce() const { return in_force_; }

  // What system.configure wants. parameters: of this action. NotStored: the flash reported an error, or has no room.
  // NotAscending: they do not go together with the others (protocol::kAscending). After both nothing is changed.
  Result<void, Fault> configure(const protocol::Parameters& parameters);
  // The same for one setting. value: one that the table allows.
  Result<void, Fault> set(const protocol::SettingSpec& spec, const protocol::SettingValue& value);
  // The same: back to what the port gives.
  Result<void, Fault> reset(const protocol::SettingSpec& spec);
  // Writes every setting in force as members of the open object, and those that wait for their confirmation as `trial`.
  void write(protocol::JsonWriter& writer) const;

  // True if a value was set that only another run puts into force.
  bool restartDue() const { return restart_due_; }
  // The value in the next run, its text valid until the next change; nothing: the port gave one that the table has no
  // word for.
  std::optional<protocol::SettingValue> next(protocol::Setting setting) const { return next(stored_, setting); }
  // True if that waits for its confirmation.
  bool onTrial(protocol::Setting setting) const { return stored_.trial.contains(setting); }
  // True if values are in force that no contact has confirmed.
  bool onTrial() const { return trying_; }
  // The server answered. link: the name of the link it answered over.
  void onContact(std::string_view link);
  // Counts the minutes of a trial and takes it back at the end.
  void tick(Instant now);
  Instant nextDeadline() const { return trying_ ? minute_ends_ : kNever; }

  // What was learned of networks in earlier runs.
  KeepAliveNetworks learned() const;
  // NotStored: what was kept before stays.
  Result<void, Fault> keepLearned(const KeepAliveNetworks& networks);

  // What was taken back and not told to the server yet.
  protocol::SettingSet rolledBack() const { return stored_.rolled_back; }
  void onRollbackTold();

 private:
  using Done = Result<void, Fault>;
  using Value = std::optional<protocol::SettingValue>;

  // changed: of wanted; it is on trial if some of them may lose the link.
  Done keep(StoredConfiguration& wanted, protocol::SettingSet changed);
  bool ascending(const StoredConfiguration& wanted, protocol::SettingSet changed) const;
  // Gives a setting its value, in the row of the trial or for good. False: no room.
  bool put(StoredConfiguration& wanted, const protocol::SettingSpec& spec, const protocol::SettingValue& value,
           bool on_trial) const;
  Value confirmed(const StoredConfiguration& stored, protocol::Setting setting) const;
  Value next(const StoredConfiguration& stored, protocol::Setting setting) const;
  bool provedBy(std::string_view link) const;
  void beginTrial(Instant now);
  void rollBack();
  void putIntoForce(bool also_the_link);
  void findOutWhetherToRestart();

  ConfigurationStore store_;
  Log log_;
  const DeviceConfig given_;
  DeviceConfig in_force_;
  StoredConfiguration stored_;
  bool usable_ = false;  // the flash could be read
  bool trying_ = false;
  bool restart_due_ = false;
  Instant minute_ends_{};
};

}  // namespace smartkar::device
