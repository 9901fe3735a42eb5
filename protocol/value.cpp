#include "protocol/value.hpp"

namespace smartkar::protocol {

std::optional<Value> Value::fromJson(JsonValue json) {
  if (json.isNull()) return null();
  if (const auto flag = json.asBool()) return boolean(*flag);
  if (const auto amount = json.asDouble()) return number(*amount);
  if (const auto words = json.asString<kValueTextBytesMax>()) return text(*words);
  return std::nullopt;
}

void Value::write(JsonWriter& writer, int decimals) const {
  switch (kind_) {
    case Kind::Null:
      writer.null();
      break;
    case Kind::Number:
      writer.number(number_, decimals);
      break;
    case Kind::Boolean:
      writer.boolean(asBoolean());
      break;
    case Kind::Text:
      writer.string(text_);
      break;
  }
}

}  // namespace smartkar::protocol
