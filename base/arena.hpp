#pragma once

#include <cstddef>
#include <span>

namespace smartkar {

// Memory for the coroutine frames of one dialogue: a stack, because a dialogue's frames end in the reverse order of
// their beginning. Running out is a sizing error and asserts (the port records it and restarts).
class Arena {
 public:
  // memory: stays with the caller, aligned to std::max_align_t.
  explicit Arena(std::span<std::byte> memory) : memory_(memory) {}
  Arena(const Arena&) = delete;
  Arena& operator=(const Arena&) = delete;

  void* allocate(std::size_t bytes);
  // frame: what the latest allocate() not yet released returned.
  void release(void* frame, std::size_t bytes);

  std::size_t used() const { return used_; }
  // Most bytes ever in use: what the sizing is checked with.
  std::size_t highWater() const { return high_water_; }
  std::size_t capacity() const { return memory_.size(); }

 private:
  std::span<std::byte> memory_;
  std::size_t used_ = 0;
  std::size_t high_water_ = 0;
};

// An Arena that brings its own memory.
template <std::size_t Bytes>
class FixedArena : public Arena {
 public:
  FixedArena() : Arena(memory_) {}

 private:
  alignas(std::max_align_t) std::byte memory_[Bytes];
};

}  // namespace smartkar
