#pragma once

#include <coroutine>
#include <cstddef>
#include <cstdlib>
#include <optional>
#include <type_traits>
#include <utility>

#include "base/arena.hpp"
#include "base/assert.hpp"

namespace smartkar {

template <class T>
class Task;

namespace detail {

// The frame is laid out as [arena pointer][coroutine frame] so that release finds the arena again.
inline constexpr std::size_t kFrameHeader = alignof(std::max_align_t);

class PromiseBase {
 public:
  // The first parameter of every coroutine (the object, for member functions) says where its frame lives.
  template <class Owner, class... Arguments>
  static void* operator new(std::size_t bytes, Owner& owner, const Arguments&...) {
    Arena& arena = owner.arena();
    auto* block = static_cast<std::byte*>(arena.allocate(bytes + kFrameHeader));
    *reinterpret_cast<Arena**>(block) = &arena;
    return block + kFrameHeader;
  }
  static void operator delete(void* frame, std::size_t bytes) {
    std::byte* block = static_cast<std::byte*>(frame) - kFrameHeader;
    (*reinterpret_cast<Arena**>(block))->release(block, bytes + kFrameHeader);
  }

  struct FinalAwaiter {
    bool await_ready() noexcept { return false; }
    template <class Promise>
    std::coroutine_handle<> await_suspend(std::coroutine_handle<Promise> self) noexcept {
      const std::coroutine_handle<> next = self.promise().continuation_;
      return next ? next : std::noop_coroutine();
    }
    void await_resume() noexcept {}
  };

  std::suspend_always initial_suspend() noexcept { return {}; }
  FinalAwaiter final_suspend() noexcept { return {}; }
  [[noreturn]] void unhandled_exception() { std::abort(); }

  std::coroutine_handle<> continuation_;
};

template <class T>
class Promise : public PromiseBase {
 public:
  Task<T> get_return_object();
  template <class Value>
  void return_value(Value&& value) {
    value_.emplace(std::forward<Value>(value));
  }
  std::optional<T> value_;
};

template <>
class Promise<void> : public PromiseBase {
 public:
  Task<void> get_return_object();
  void return_void() {}
};

}  // namespace detail

// A dialogue, written as a coroutine. It starts when awaited by another task, or by start() at the root. Destroying a
// task cancels it at the point where it waits: awaiters unlink themselves in their destructors. The frame lives in the
// arena of the first parameter: `Task<Result<void, LinkError>> MqttManager::connect()` needs `MqttManager::arena()`.
template <class T = void>
class [[nodiscard]] Task {
 public:
  using promise_type = detail::Promise<T>;

  Task() = default;
  Task(Task&& other) noexcept : handle_(std::exchange(other.handle_, {})) {}
  Task& operator=(Task&& other) noexcept {
    if (this != &other) {
      cancel();
      handle_ = std::exchange(other.handle_, {});
    }
    return *this;
  }
  ~Task() { cancel(); }

  // Runs the root task up to its first wait.
  void start() {
    SK_ASSERT(handle_);
    handle_.resume();
  }
  // Ends the task where it waits and frees its frames. Nothing happens if there is none.
  void cancel() {
    if (handle_) std::exchange(handle_, {}).destroy();
  }
  // True from the construction with a coroutine until the task is done or cancelled.
  bool running() const { return handle_ && !handle_.done(); }
  bool done() const { return handle_ && handle_.done(); }

  // The result of a task that is done.
  template <class U = T>
  std::enable_if_t<!std::is_void_v<U>, U&> result() {
    SK_ASSERT(done());
    return *handle_.promise().value_;
  }

  bool await_ready() const noexcept { return false; }
  std::coroutine_handle<> await_suspend(std::coroutine_handle<> parent) noexcept {
    handle_.promise().continuation_ = parent;
    return handle_;
  }
  T await_resume() {
    if constexpr (!std::is_void_v<T>) return std::move(*handle_.promise().value_);
  }

 private:
  friend promise_type;
  explicit Task(std::coroutine_handle<promise_type> handle) : handle_(handle) {}

  std::coroutine_handle<promise_type> handle_;
};

namespace detail {

template <class T>
Task<T> Promise<T>::get_return_object() {
  return Task<T>(std::coroutine_handle<Promise<T>>::from_promise(*this));
}

inline Task<void> Promise<void>::get_return_object() {
  return Task<void>(std::coroutine_handle<Promise<void>>::from_promise(*this));
}

}  // namespace detail
}  // namespace smartkar
