#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "base/fixed_string.hpp"
#include "base/result.hpp"
#include "protocol/limits.hpp"

namespace smartkar::protocol {

enum class JsonError : std::uint8_t {
  Malformed,   // not exactly one object, array or string (RFC 8259), no valid UTF-8, or a string with a NUL in it
  Duplicate,   // an object has a key twice
  TooComplex,  // more tokens or deeper nesting than the document holds
};

class JsonDocument;
class JsonMembers;
class JsonElements;

// One value of a parsed document: a view that costs nothing to copy. Valid while the document is neither parsed anew
// nor destroyed and the text it was parsed from lives. A default-made one is null.
class JsonValue {
 public:
  JsonValue() = default;

  bool isObject() const;
  bool isArray() const;
  bool isString() const;
  bool isNumber() const;
  bool isBool() const;
  bool isNull() const;

  // The member with this key; nothing if there is none or this is no object.
  std::optional<JsonValue> find(std::string_view key) const;
  // The members of an object in their order, none for any other value: `for (const auto& member : object.members())`.
  JsonMembers members() const;
  // The elements of an array in their order, none for any other value.
  JsonElements elements() const;

  // The number if it is written as an integer (no '.', no exponent) and fits; 80.0 and "80" are no integers.
  std::optional<std::int64_t> asInt64() const;
  // Any number that a double can hold.
  std::optional<double> asDouble() const;
  std::optional<bool> asBool() const;
  // The string in UTF-8 with its escapes resolved; nothing if this is no string or longer than N bytes.
  template <std::size_t N>
  std::optional<FixedString<N>> asString() const {
    char bytes[N];
    const Copied copied = copyString(bytes);
    if (!copied.whole) return std::nullopt;
    return FixedString<N>(std::string_view(bytes, copied.size));
  }
  // The same for a string of any length: what does not fit is left out, never half a character. Empty if no string.
  template <std::size_t N>
  FixedString<N> asCutString() const {
    char bytes[N];
    return FixedString<N>(std::string_view(bytes, copyString(bytes).size));
  }
  // True if this is a string and reads exactly so once its escapes are resolved.
  bool equals(std::string_view text) const;

  // The text of the value as it was received; strings with their quotes.
  std::string_view raw() const;

 private:
  friend class JsonDocument;
  friend class JsonMembers;
  friend class JsonElements;
  JsonValue(const JsonDocument& document, std::size_t token) : document_(&document), token_(token) {}
  struct Copied {
    std::size_t size;  // bytes written
    bool whole;        // false: no string, or it did not fit
  };
  Copied copyString(std::span<char> out) const;
  // The text of the token: strings without their quotes.
  std::string_view inside() const;
  int type() const;

  const JsonDocument* document_ = nullptr;
  std::size_t token_ = 0;
};

struct JsonMember {
  JsonValue key;
  JsonValue value;
};

// Range over the members of an object.
class JsonMembers {
 public:
  class Iterator {
   public:
    JsonMember operator*() const;
    Iterator& operator++();
    bool operator==(const Iterator& other) const { return token_ == other.token_; }

   private:
    friend class JsonMembers;
    Iterator(const JsonDocument* document, std::size_t token) : document_(document), token_(token) {}
    const JsonDocument* document_;
    std::size_t token_;
  };
  Iterator begin() const { return {document_, begin_}; }
  Iterator end() const { return {document_, end_}; }

 private:
  friend class JsonValue;
  JsonMembers(const JsonDocument* document, std::size_t begin, std::size_t end)
      : document_(document), begin_(begin), end_(end) {}
  const JsonDocument* document_;
  std::size_t begin_;
  std::size_t end_;
};

// Range over the elements of an array.
class JsonElements {
 public:
  class Iterator {
   public:
    JsonValue operator*() const;
    Iterator& operator++();
    bool operator==(const Iterator& other) const { return token_ == other.token_; }

   private:
    friend class JsonElements;
    Iterator(const JsonDocument* document, std::size_t token) : document_(document), token_(token) {}
    const JsonDocument* document_;
    std::size_t token_;
  };
  Iterator begin() const { return {document_, begin_}; }
  Iterator end() const { return {document_, end_}; }

 private:
  friend class JsonValue;
  JsonElements(const JsonDocument* document, std::size_t begin, std::size_t end)
      : document_(document), begin_(begin), end_(end) {}
  const JsonDocument* document_;
  std::size_t begin_;
  std::size_t end_;
};

// A JSON text taken apart, in about 5 KiB of its own memory. Strict: what RFC 8259 does not allow is refused.
class JsonDocument {
 public:
  JsonDocument() = default;
  JsonDocument(const JsonDocument&) = delete;
  JsonDocument& operator=(const JsonDocument&) = delete;

  // Takes text apart; views of the previous text become invalid. The result is the root value.
  // text: any length; must live as long as the values are used.
  Result<JsonValue, JsonError> parse(std::string_view text);

 private:
  friend class JsonValue;
  friend class JsonMembers::Iterator;
  friend class JsonElements::Iterator;

  // Size of a jsmntok_t, which only the .cpp knows.
  static constexpr std::size_t kTokenBytes = 5 * sizeof(int);

  // The token that follows `token` and all that is inside it.
  std::size_t after(std::size_t token) const;

  alignas(int) std::byte tokens_[kJsonTokensMax * kTokenBytes];
  std::size_t token_count_ = 0;
  std::string_view text_;
};

}  // namespace smartkar::protocol
