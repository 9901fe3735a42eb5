#pragma once

#include <optional>
#include <string_view>

#include "base/result.hpp"
#include "protocol/field_error.hpp"
#include "protocol/json_document.hpp"
#include "protocol/json_writer.hpp"

namespace smartkar::protocol {

// The check digits at the end of a message, `,"mac":"7f462200"}`: CRC-32 over all bytes before them. On the line
// between processor and modem nothing else protects a message from noise.

// Ends the open object of the writer, which must hold exactly that one, with them. One without members gets none.
void endWithMac(JsonWriter& writer);

// What is wrong with the mac of a message that has one; nothing if it is right. BadMac: the message is damaged;
// Unsupported: it has the form of a signature. text: the message without white space around it.
std::optional<Problem> checkMac(std::string_view text);

// Parses a message of a car, which must be an object, and checks its mac if it has one. Fails, beside what parseObject
// does, with BadMac, or Missing if the car numbers its boots: such firmware always ends a message with a mac, so noise
// has damaged the name.
Result<JsonValue, FieldError> parseFromCar(std::string_view text, JsonDocument& document);

}  // namespace smartkar::protocol
