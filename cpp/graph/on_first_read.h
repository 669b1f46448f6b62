// A value that is made when it is first read.
#ifndef ALEMBIC_NATIVE_GRAPH_ON_FIRST_READ_H
#define ALEMBIC_NATIVE_GRAPH_ON_FIRST_READ_H

#include <atomic>
#include <mutex>

namespace alembic_native {

// An owner. get() may be called from any thread; update() and forget() while no other thread is in
// a call. A copy makes its own value.
template <typename Value>
class OnFirstRead {
 public:
  OnFirstRead() = default;
  OnFirstRead(const OnFirstRead& /*other*/) {}
  OnFirstRead& operator=(const OnFirstRead&) = delete;
  OnFirstRead(OnFirstRead&&) = delete;
  OnFirstRead& operator=(OnFirstRead&&) = delete;
  ~OnFirstRead() = default;

  // The value, which `make` returns where there is none yet.
  template <typename Make>
  const Value& get(const Make& make) const {
    if (!is_made_.load(std::memory_order_acquire)) {
      const std::lock_guard<std::mutex> lock(mutex_);
      if (!is_made_.load(std::memory_order_relaxed)) {
        value_ = make();
        is_made_.store(true, std::memory_order_release);
      }
    }
    return value_;
  }

  // Calls `change` with the value, if there is one.
  template <typename Change>
  void update(const Change& change) {
    if (is_made_) change(value_);
  }

  // The next read makes the value again.
  void forget() { is_made_ = false; }

 private:
  mutable std::mutex mutex_;
  mutable std::atomic<bool> is_made_{false};
  mutable Value value_{};
};

}  // namespace alembic_native

#endif  // ALEMBIC_NATIVE_GRAPH_ON_FIRST_READ_H
