#include "protocol/field_error.hpp"

#include <gtest/gtest.h>

#include <string>

namespace smartkar::protocol {
namespace {

TEST(FieldErrorTest, RangesReadLikeTheDocument) {
  EXPECT_EQ(FieldError::outOfRange("targetSoc", 10, 100).describe(), "targetSoc must be 10-100");
  EXPECT_EQ(FieldError::outOfRange("temperature", 15.5, 30).describe(), "temperature must be 15.5-30.0");
  EXPECT_EQ(FieldError::outOfRange("insideTemp", -40, 80).describe(), "insideTemp must be -40 to 80");
}

TEST(FieldErrorTest, EveryProblemNamesTheField) {
  EXPECT_EQ(FieldError::of("id", Problem::Missing).describe(), "id is missing");
  EXPECT_EQ(FieldError::of("targetSok", Problem::Unknown).describe(), "targetSok is unknown");
  EXPECT_EQ(FieldError::of("action", Problem::TooLong).describe(), "action is too long");
  EXPECT_EQ(FieldError::of("journal", Problem::Malformed).describe(), "journal is malformed");
  EXPECT_EQ(FieldError::of("mac", Problem::BadMac).describe(), "mac does not match");
  EXPECT_EQ(FieldError::of("soc", Problem::Duplicate).describe(), "soc is given twice");
  EXPECT_EQ(FieldError::of("mac", Problem::Unsupported).describe(), "mac is not supported in this form");
  EXPECT_EQ(FieldError::of("action", Problem::Unsecured).describe(), "action needs a link with TLS");
  EXPECT_EQ(FieldError::wrongType("targetSoc", FieldType::Integer).describe(), "targetSoc must be an integer");
  EXPECT_EQ(FieldError::wrongType("allowBattery", FieldType::Boolean).describe(), "allowBattery must be true or false");
}

TEST(FieldErrorTest, ErrorsOfTheWholeMessageNeedNoField) {
  EXPECT_EQ(FieldError::of(JsonError::Malformed).describe(), "malformed JSON");
  EXPECT_EQ(FieldError::of(JsonError::Duplicate).describe(), "a field is given twice");
  EXPECT_EQ(FieldError::of(JsonError::TooComplex).describe(), "message is too long");
  EXPECT_EQ(FieldError::wrongType("", FieldType::Object).describe(), "message must be an object");
}

TEST(FieldErrorTest, LongFieldNamesAreCutBetweenCharacters) {
  const std::string name = std::string(kFieldNameBytesMax - 1, 'a') + "é and more";
  const auto error = FieldError::outOfRange(name, 0, 253402300799);
  EXPECT_EQ(error.field.view(), std::string(kFieldNameBytesMax - 1, 'a'));
  EXPECT_TRUE(error.describe().view().ends_with(" must be 0-253402300799"));
}

}  // namespace
}  // namespace smartkar::protocol
