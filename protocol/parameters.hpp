#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "base/result.hpp"
#include "protocol/actions.hpp"
#include "protocol/field_error.hpp"
#include "protocol/json_document.hpp"
#include "protocol/json_writer.hpp"
#include "protocol/limits.hpp"

namespace smartkar::protocol {

// Texts of all parameters of one command: what is in a message fits.
inline constexpr std::size_t kParameterTextBytes = kCommandBytesMax;

// The parameters of one command and the conditions of its onlyIf, each within its range; one not given has its default,
// if there is one.
class Parameters {
 public:
  // spec: lives as long as this, which all specs of the table do.
  explicit Parameters(const ActionSpec& spec);

  // The value; parameter: one of the action's own that was given or has a default (asserts).
  std::int64_t integer(Parameter parameter) const;
  double number(Parameter parameter) const;
  bool boolean(Parameter parameter) const;
  // In UTF-8, without control characters; not of one that is a word, which integer() has the place of. Valid while this
  // object is neither changed nor destroyed.
  std::string_view text(Parameter parameter) const;
  // True if the client gave it.
  bool given(Parameter parameter) const { return given_[static_cast<std::size_t>(parameter)]; }

  const ActionSpec& spec() const { return *spec_; }
  // Writes all that have a value as members of the open object, under their names, defaults included.
  void write(JsonWriter& writer) const;

 private:
  friend class ParameterParser;
  void writeConditions(JsonWriter& writer) const;
  void writeOne(const ParameterSpec& spec, JsonWriter& writer) const;

  const ActionSpec* spec_;
  std::array<std::optional<double>, kParameterCount> values_{};
  std::array<bool, kParameterCount> given_{};
  std::array<char, kParameterTextBytes> texts_{};  // one after the other, each with a NUL; its value is where it begins
  std::size_t texts_end_ = 0;
};

// Why this text is none that the parameter may have. name: as it was given. text: should be UTF-8.
std::optional<FieldError> checkText(const ParameterSpec& spec, std::string_view name, std::string_view text);

// Reads the parameters an API client gave, onlyIf among them. params: an object with nothing else in it; null: no
// parameters. Fails with the first field that is unknown, of the wrong type or out of range, or with Missing for one
// that is required, or if there are some to choose from and none was given.
Result<Parameters, FieldError> parseParameters(const ActionSpec& spec, JsonValue params);

// Reads the parameters of a command message: flattened, nested under `params`, or both (flattened wins). Members of
// the message that are not parameters (id, action, expiresAt, contact, try, mac) are passed over.
Result<Parameters, FieldError> parseCommandParameters(const ActionSpec& spec, JsonValue message);

// All parameters as text of one object, for CommandOut::params_json and for storing.
Result<std::string_view, EncodeError> encodeParameters(const Parameters& parameters, std::span<char> out);

}  // namespace smartkar::protocol
