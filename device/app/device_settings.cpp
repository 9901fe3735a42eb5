#include "device/app/device_settings.hpp"

#include <algorithm>
#include <bit>
#include <type_traits>

#include "device/app/setting_bindings.hpp"

namespace smartkar::device {

using protocol::Setting;
using protocol::SettingEffect;
using protocol::SettingSpec;
using protocol::SettingValue;

DeviceSettings::DeviceSettings(Flash& flash, const DeviceConfig& given, LogSink& log, Instant now)
    : store_(flash), log_(log, "settings"), given_(given), in_force_(given) {
  const auto loaded = store_.load();
  usable_ = loaded.ok();
  if (usable_) {
    stored_ = *loaded;
  } else {
    log_.error("cannot be read: what the port gives holds");
  }
  if (!stored_.trial.empty()) beginTrial(now);
  putIntoForce(true);
}

void DeviceSettings::write(protocol::JsonWriter& writer) const {
  for (const SettingSpec& spec : protocol::allSettings()) {
    writer.key(spec.name());
    if (const auto value = settingOf(in_force_, spec.setting)) {
      protocol::writeSetting(writer, spec, *value);
    } else {
      writer.null();
    }
  }
  if (stored_.trial.empty()) return;
  writer.key("trial").beginObject();
  for (const SettingSpec& spec : protocol::allSettings()) {
    if (const auto value = stored_.trial.find(spec.setting)) {
      protocol::writeSetting(writer.key(spec.name()), spec, *value);
    }
  }
  writer.endObject();
}

// --- changing ---

Result<void, Fault> DeviceSettings::configure(const protocol::Parameters& parameters) {
  StoredConfiguration wanted = stored_;
  protocol::SettingSet changed;
  for (const SettingSpec& spec : protocol::allSettings()) {
    if (!parameters.given(spec.parameter.parameter)) continue;
    const SettingValue value = protocol::settingValue(parameters, spec);
    if (!put(wanted, spec, value, spec.mayLoseTheLink())) return Failure{Fault::NotStored};
    changed.add(spec.setting);
  }
  return keep(wanted, changed);
}

Result<void, Fault> DeviceSettings::set(const SettingSpec& spec, const SettingValue& value) {
  StoredConfiguration wanted = stored_;
  if (!put(wanted, spec, value, spec.mayLoseTheLink())) return Failure{Fault::NotStored};
  protocol::SettingSet changed;
  changed.add(spec.setting);
  return keep(wanted, changed);
}

Result<void, Fault> DeviceSettings::reset(const SettingSpec& spec) {
  const Value value = settingOf(given_, spec.setting);
  return value ? set(spec, *value) : Failure{Fault::NotStored};
}

DeviceSettings::Done DeviceSettings::keep(StoredConfiguration& wanted, protocol::SettingSet changed) {
  if (!ascending(wanted, changed)) return Failure{Fault::NotAscending};
  if (wanted.trial != stored_.trial) wanted.trial_minutes = 0;
  if (wanted != stored_) {
    if (!usable_ || !store_.save(wanted)) return Failure{Fault::NotStored};
    // What is in force is not what will be tried: a contact proves nothing about it.
    if (wanted.trial != stored_.trial) trying_ = false;
    stored_ = wanted;
  }
  putIntoForce(false);
  findOutWhetherToRestart();
  return {};
}

// Those that do not go together with what another port gave are no reason to refuse a change of others.
bool DeviceSettings::ascending(const StoredConfiguration& wanted, protocol::SettingSet changed) const {
  const auto& row = protocol::kAscending;
  if (std::none_of(row.begin(), row.end(), [&](Setting setting) { return changed.has(setting); })) return true;
  return protocol::ascending([&](Setting setting) { return next(wanted, setting)->number; });
}

bool DeviceSettings::put(StoredConfiguration& wanted, const SettingSpec& spec, const SettingValue& value,
                         bool on_trial) const {
  if (!on_trial) wanted.trial.erase(spec.setting);
  const bool changes = value != (on_trial ? confirmed(wanted, spec.setting) : settingOf(given_, spec.setting));
  SettingRecords& row = on_trial ? wanted.trial : wanted.confirmed;
  if (changes) return spec.allows(value) && row.set(spec.setting, value);
  row.erase(spec.setting);
  return true;
}

DeviceSettings::Value DeviceSettings::confirmed(const StoredConfiguration& stored, Setting setting) const {
  const Value value = stored.confirmed.find(setting);
  return value ? value : settingOf(given_, setting);
}

// The value in the next run.
DeviceSettings::Value DeviceSettings::next(const StoredConfiguration& stored, Setting setting) const {
  const Value value = stored.trial.find(setting);
  return value ? value : confirmed(stored, setting);
}

void DeviceSettings::putIntoForce(bool also_the_link) {
  for (const SettingSpec& spec : protocol::allSettings()) {
    if (spec.mayLoseTheLink() && !also_the_link) continue;
    const Value value = trying_ ? next(stored_, spec.setting) : confirmed(stored_, spec.setting);
    if (value) applySetting(in_force_, spec.setting, *value);
  }
}

void DeviceSettings::findOutWhetherToRestart() {
  restart_due_ = false;
  for (const SettingSpec& spec : protocol::allSettings()) {
    if (next(stored_, spec.setting) != settingOf(in_force_, spec.setting)) restart_due_ = true;
  }
}

// --- learned ---

static_assert(std::has_unique_object_representations_v<KeepAliveMemory>);

KeepAliveNetworks DeviceSettings::learned() const { return std::bit_cast<KeepAliveNetworks>(stored_.learned); }

Result<void, Fault> DeviceSettings::keepLearned(const KeepAliveNetworks& networks) {
  StoredConfiguration wanted = stored_;
  wanted.learned = std::bit_cast<LearnedBytes>(networks);
  if (!usable_ || !store_.save(wanted)) return Failure{Fault::NotStored};
  stored_ = wanted;
  return {};
}

// --- on trial ---

void DeviceSettings::beginTrial(Instant now) {
  if (stored_.trial_minutes >= kTrialMinutes) return rollBack();
  ++stored_.trial_minutes;
  minute_ends_ = now + 1min;
  // A minute that cannot be counted is not begun: it might be repeated without end.
  trying_ = store_.save(stored_).ok();
}

void DeviceSettings::tick(Instant now) {
  if (!trying_ || now < minute_ends_) return;
  if (stored_.trial_minutes >= kTrialMinutes) {
    rollBack();
    return findOutWhetherToRestart();
  }
  ++stored_.trial_minutes;
  minute_ends_ = now + 1min;
  if (!store_.save(stored_)) log_.error("a minute of the trial could not be counted");
}

void DeviceSettings::rollBack() {
  log_.warning("no contact with the new settings: they are taken back");
  for (const SettingSpec& spec : protocol::allSettings()) {
    if (stored_.trial.contains(spec.setting)) stored_.rolled_back.add(spec.setting);
  }
  stored_.trial.clear();
  stored_.trial_minutes = 0;
  trying_ = false;
  // The next run finds the minutes used up and does it again.
  if (!store_.save(stored_)) log_.error("that they are taken back could not be stored");
}

bool DeviceSettings::provedBy(std::string_view link) const {
  for (const SettingSpec& spec : protocol::allSettings()) {
    const bool about_the_broker = spec.effect == SettingEffect::Broker && stored_.trial.contains(spec.setting);
    if (about_the_broker && link != "mqtt") return false;
  }
  return true;
}

void DeviceSettings::onContact(std::string_view link) {
  if (!trying_ || !provedBy(link)) return;
  StoredConfiguration wanted = stored_;
  for (const SettingSpec& spec : protocol::allSettings()) {
    const Value value = stored_.trial.find(spec.setting);
    if (value && !put(wanted, spec, *value, false)) return;
  }
  wanted.trial.clear();
  wanted.trial_minutes = 0;
  if (!store_.save(wanted)) return log_.error("the new settings could not be confirmed");
  log_.info("the new settings are confirmed by a contact");
  stored_ = wanted;
  trying_ = false;
}

void DeviceSettings::onRollbackTold() {
  StoredConfiguration wanted = stored_;
  wanted.rolled_back = {};
  if (store_.save(wanted)) stored_ = wanted;
}

}  // namespace smartkar::device
