#include "device/configuration/setting_records.hpp"

#include <gtest/gtest.h>

#include <string>

namespace smartkar::device {
namespace {

using protocol::Setting;
using protocol::SettingValue;

TEST(SettingRecordsTest, ValuesOfEveryTypeAreFoundAgain) {
  SettingRecords records;
  ASSERT_TRUE(records.set(Setting::WakeInterval, {3600, {}}));
  ASSERT_TRUE(records.set(Setting::Apn, {0, "iot.example"}));
  ASSERT_TRUE(records.set(Setting::PlainCommands, {0, {}}));
  ASSERT_TRUE(records.set(Setting::Apn, {0, ""}));
  ASSERT_TRUE(records.set(Setting::WakeInterval, {86400, {}}));
  EXPECT_EQ(records.find(Setting::WakeInterval), (SettingValue{86400, {}}));
  EXPECT_EQ(records.find(Setting::Apn), (SettingValue{0, ""}));
  EXPECT_EQ(records.find(Setting::PlainCommands), (SettingValue{0, {}}));
  EXPECT_FALSE(records.contains(Setting::IdleTime));
  records.erase(Setting::Apn);
  EXPECT_FALSE(records.contains(Setting::Apn));
  EXPECT_EQ(records.find(Setting::PlainCommands), (SettingValue{0, {}}));
}

TEST(SettingRecordsTest, EverySettingAtItsLongestHasRoom) {
  SettingRecords records;
  const std::string longest(100, 'x');
  for (const auto& spec : protocol::allSettings()) {
    const auto size = static_cast<std::size_t>(spec.parameter.max);
    const SettingValue value = spec.isText() ? SettingValue{0, std::string_view(longest).substr(0, size)}
                                             : SettingValue{static_cast<std::int32_t>(spec.parameter.max), {}};
    EXPECT_TRUE(records.set(spec.setting, value)) << spec.name();
  }
}

TEST(SettingRecordsTest, RecordsOfANewerFirmwareAreKept) {
  const std::string newer("\x3F\x03xyz", 5);
  SettingRecords records;
  ASSERT_TRUE(records.assign(newer));
  ASSERT_TRUE(records.set(Setting::IdleTime, {60, {}}));
  EXPECT_EQ(records.find(Setting::IdleTime), (SettingValue{60, {}}));
  records.erase(Setting::IdleTime);
  EXPECT_EQ(records.bytes(), newer);
}

TEST(SettingRecordsTest, ValueThatIsOutOfRangeIsNone) {
  SettingRecords records;
  ASSERT_TRUE(records.assign(std::string("\x02\x04\x00\x00\x00\x00", 6)));  // idleTime 0
  EXPECT_FALSE(records.contains(Setting::IdleTime));
  ASSERT_TRUE(records.assign(std::string("\x02\x01\x20", 3)));  // of another size
  EXPECT_FALSE(records.contains(Setting::IdleTime));
  ASSERT_TRUE(records.assign(std::string("\x07\x02\"x", 4)));  // an apn that would end a line of the modem
  EXPECT_FALSE(records.contains(Setting::Apn));
}

TEST(SettingRecordsTest, WhatIsNoRowOfRecordsIsRefusedWhole) {
  SettingRecords records;
  ASSERT_TRUE(records.set(Setting::IdleTime, {60, {}}));
  EXPECT_FALSE(records.assign(std::string("\x02\x04\x00", 3)));
  EXPECT_FALSE(records.assign(std::string(SettingRecords::kBytesMax + 2, '\0')));
  EXPECT_EQ(records.find(Setting::IdleTime), (SettingValue{60, {}}));
}

}  // namespace
}  // namespace smartkar::device
