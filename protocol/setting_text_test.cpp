#include "protocol/setting_text.hpp"

#include <gtest/gtest.h>

#include <string>

namespace smartkar::protocol {
namespace {

std::string problem(std::string_view name, std::string_view value) {
  const auto read = readSetting(name, value);
  return read ? "" : std::string(read.error().view());
}

std::string written(std::string_view name, std::string_view value) {
  const auto read = readSetting(name, value);
  if (!read) return std::string(read.error().view());
  char memory[128];
  JsonWriter writer(memory);
  writeSetting(writer, *read->spec, read->value);
  return std::string(writer.text());
}

TEST(SettingText, ValuesOfEveryTypeAreRead) {
  EXPECT_EQ(written("idleTime", "120"), "120");
  EXPECT_EQ(written("plainCommands", "false"), "false");
  EXPECT_EQ(written("edrxCycle", "off"), "\"off\"");
  EXPECT_EQ(written("apn", ""), "\"\"");
  EXPECT_EQ(written("brokerHost", "cars.example"), "\"cars.example\"");
}

TEST(SettingText, WhatCannotBeIsToldWithItsRange) {
  EXPECT_EQ(problem("idleTime", "9"), "idleTime must be 10-3600 s");
  EXPECT_EQ(problem("idleTime", "60s"), "idleTime must be 10-3600 s");
  EXPECT_EQ(problem("idleTime", ""), "idleTime must be 10-3600 s");
  EXPECT_EQ(problem("idleTime", "99999999999"), "idleTime must be 10-3600 s");
  EXPECT_EQ(problem("brokerPort", "0"), "brokerPort must be 1-65535");
  EXPECT_EQ(problem("plainCommands", "1"), "plainCommands must be false or true");
  EXPECT_EQ(problem("edrxCycle", "21s"), "edrxCycle must be 5s, 10s, 20s, 40s, 80s, 160s or off");
  EXPECT_EQ(problem("brokerHost", ""), "brokerHost must be 1-64 characters without space, quote and backslash");
  EXPECT_EQ(problem("brokerHost", "a b"), "brokerHost must be 1-64 characters without space, quote and backslash");
  EXPECT_EQ(problem("idelTime", "60"), "idelTime is no setting");
  EXPECT_EQ(problem(std::string(500, 'x'), "1"), std::string(kFieldNameBytesMax, 'x') + " is no setting");
}

TEST(SettingText, BytesThatAreNoTextAreRefused) {
  EXPECT_EQ(problem("apn", "\xFF"), "apn must be 0-64 characters without space, quote and backslash");
}

}  // namespace
}  // namespace smartkar::protocol
