#pragma once

namespace smartkar::device {

// While one lives, an allocation ends the test program: the device core must not use the heap after set-up.
class HeapGuard {
 public:
  HeapGuard();
  ~HeapGuard();
  HeapGuard(const HeapGuard&) = delete;
  HeapGuard& operator=(const HeapGuard&) = delete;
};

// While one lives, the guard is off: for what the test itself does inside a guarded call.
class HeapPause {
 public:
  HeapPause();
  ~HeapPause();
  HeapPause(const HeapPause&) = delete;
  HeapPause& operator=(const HeapPause&) = delete;

 private:
  int depth_;
};

}  // namespace smartkar::device
