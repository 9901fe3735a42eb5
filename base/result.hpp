#pragma once

#include <utility>
#include <variant>

#include "base/assert.hpp"

namespace smartkar {

// What a failed call returns: `return Failure{LinkError::Timeout};`
template <class E>
struct Failure {
  E error;
};
template <class E>
Failure(E) -> Failure<E>;

// A value or the cause why there is none. Every caller looks before it takes: value() and error() assert.
template <class T, class E>
class [[nodiscard]] Result {
 public:
  using Value = T;
  using Error = E;

  Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}
  template <class F>
  Result(Failure<F> failure) : state_(std::in_place_index<1>, std::move(failure.error)) {}

  bool ok() const { return state_.index() == 0; }
  explicit operator bool() const { return ok(); }

  T& value() {
    SK_ASSERT(ok());
    return *std::get_if<0>(&state_);
  }
  const T& value() const {
    SK_ASSERT(ok());
    return *std::get_if<0>(&state_);
  }
  T& operator*() { return value(); }
  const T& operator*() const { return value(); }
  T* operator->() { return &value(); }
  const T* operator->() const { return &value(); }

  const E& error() const {
    SK_ASSERT(!ok());
    return *std::get_if<1>(&state_);
  }

 private:
  std::variant<T, E> state_;
};

template <class E>
class [[nodiscard]] Result<void, E> {
 public:
  using Value = void;
  using Error = E;

  Result() = default;
  template <class F>
  Result(Failure<F> failure) : state_(std::in_place_index<1>, std::move(failure.error)) {}

  bool ok() const { return state_.index() == 0; }
  explicit operator bool() const { return ok(); }
  void value() const { SK_ASSERT(ok()); }
  const E& error() const {
    SK_ASSERT(!ok());
    return *std::get_if<1>(&state_);
  }

 private:
  std::variant<std::monostate, E> state_;
};

}  // namespace smartkar

// Leaves the function (the coroutine, for SK_CO_TRY) with the cause when the call failed.
#define SK_TRY(call)                                                                             \
  do {                                                                                           \
    if (auto sk_result = (call); !sk_result.ok()) return ::smartkar::Failure{sk_result.error()}; \
  } while (false)
#define SK_CO_TRY(call)                                                                             \
  do {                                                                                              \
    if (auto sk_result = (call); !sk_result.ok()) co_return ::smartkar::Failure{sk_result.error()}; \
  } while (false)
