#include "device/configuration/configuration_store.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "device/platform/testing/cut_flash.hpp"

namespace smartkar::device {
namespace {

using protocol::Setting;

// Two copies a sector: every way from one copy to the next is met within four saves.
constexpr std::size_t kSmallSector = 2 * kConfigurationSlotBytes;

// The n-th of a row of configurations.
StoredConfiguration configurationOf(int n) {
  StoredConfiguration configuration;
  EXPECT_TRUE(configuration.confirmed.set(Setting::WakeInterval, {300 + n, {}}));
  EXPECT_TRUE(configuration.trial.set(Setting::Apn, {0, n % 2 == 0 ? "even.example" : "odd"}));
  configuration.trial_minutes = static_cast<std::uint8_t>(n);
  if (n % 3 == 0) configuration.rolled_back.add(Setting::BrokerHost);
  configuration.learned.fill(static_cast<std::uint8_t>(n));
  return configuration;
}

StoredConfiguration loaded(Flash& flash) {
  const auto configuration = ConfigurationStore(flash).load();
  EXPECT_TRUE(configuration.ok());
  return configuration.ok() ? *configuration : StoredConfiguration();
}

TEST(ConfigurationStoreTest, EmptyFlashIsAnEmptyConfiguration) {
  CutFlash flash(kSmallSector);
  EXPECT_EQ(loaded(flash), StoredConfiguration());
}

TEST(ConfigurationStoreTest, LatestIsFoundAgain) {
  CutFlash flash(kSmallSector);
  for (int n = 1; n <= 20; ++n) {
    ConfigurationStore store(flash);
    ASSERT_TRUE(store.load());
    ASSERT_TRUE(store.save(configurationOf(n)));
    ASSERT_EQ(loaded(flash), configurationOf(n));
  }
}

TEST(ConfigurationStoreTest, PartitionThatIsTooSmallIsRefused) {
  CutFlash flash(kConfigurationSlotBytes / 2);
  EXPECT_EQ(ConfigurationStore(flash).load().error(), FlashError::OutOfRange);
}

TEST(ConfigurationStoreTest, FlippedBitBringsTheCopyBefore) {
  CutFlash flash(kSmallSector);
  ConfigurationStore store(flash);
  ASSERT_TRUE(store.load());
  ASSERT_TRUE(store.save(configurationOf(1)));
  ASSERT_TRUE(store.save(configurationOf(2)));
  flash.bytes()[kConfigurationSlotBytes + 30] ^= 0x10;
  EXPECT_EQ(loaded(flash), configurationOf(1));
}

TEST(ConfigurationStoreTest, LayoutOfANewerFirmwareIsNoCopy) {
  CutFlash flash(kSmallSector);
  ConfigurationStore store(flash);
  ASSERT_TRUE(store.load());
  ASSERT_TRUE(store.save(configurationOf(1)));
  flash.bytes()[0] = 0x02;
  EXPECT_EQ(loaded(flash), StoredConfiguration());
  ConfigurationStore again(flash);
  ASSERT_TRUE(again.load());
  ASSERT_TRUE(again.save(configurationOf(2)));
  EXPECT_EQ(loaded(flash), configurationOf(2));
}

TEST(ConfigurationStoreTest, FourCopiesCostOneErase) {
  CutFlash flash(4096);
  ConfigurationStore store(flash);
  ASSERT_TRUE(store.load());
  for (int n = 0; n < 100; ++n) ASSERT_TRUE(store.save(configurationOf(n)));
  EXPECT_EQ(flash.erases(), 25);
}

// Saves the row until the power fails; returns how many were saved.
int saveUntilCut(Flash& flash, int first, int last) {
  ConfigurationStore store(flash);
  if (!store.load().ok()) return 0;
  for (int n = first; n <= last; ++n) {
    if (!store.save(configurationOf(n)).ok()) return n - first;
  }
  return last - first + 1;
}

TEST(ConfigurationStoreTest, PowerCutAtAnyByteLeavesTheOldOrTheNewOne) {
  constexpr int kRow = 6;
  const StoredConfiguration before = configurationOf(0);
  for (std::size_t cut = 0;; ++cut) {
    CutFlash flash(kSmallSector);
    ASSERT_EQ(saveUntilCut(flash, 0, 0), 1);
    flash.cutAfter(cut);
    const int saved = saveUntilCut(flash, 1, kRow);
    const bool whole = !flash.cut();
    flash.powerUp();
    const StoredConfiguration found = loaded(flash);
    const StoredConfiguration old = saved == 0 ? before : configurationOf(saved);
    ASSERT_TRUE(found == old || found == configurationOf(saved + 1)) << "cut after " << cut;
    ASSERT_EQ(saveUntilCut(flash, 100, 104), 5) << "cut after " << cut;
    ASSERT_EQ(loaded(flash), configurationOf(104)) << "cut after " << cut;
    if (whole) break;
  }
}

// Power that fails at the same place again and again must not use up the copy that counts.
TEST(ConfigurationStoreTest, PowerCutsInARowNeverLoseTheOldOne) {
  CutFlash flash(kSmallSector);
  ASSERT_EQ(saveUntilCut(flash, 7, 7), 1);
  for (std::size_t cut = 0; cut < 40; ++cut) {
    flash.cutAfter(100 * cut);
    if (saveUntilCut(flash, 8, 8) == 1) break;
    flash.powerUp();
    ASSERT_EQ(loaded(flash), configurationOf(7)) << "cut after " << 100 * cut;
  }
  flash.powerUp();
  EXPECT_EQ(loaded(flash), configurationOf(8));
}

}  // namespace
}  // namespace smartkar::device
