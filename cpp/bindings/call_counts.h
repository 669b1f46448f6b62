// How often the core was asked, so that a test can prove that it served.
#ifndef ALEMBIC_NATIVE_BINDINGS_CALL_COUNTS_H
#define ALEMBIC_NATIVE_BINDINGS_CALL_COUNTS_H

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>

namespace alembic_native {

enum class Call { header_read, graph_build, identifier_resolved, range_ordered, row_operations };

constexpr std::array<const char*, 5> call_names = {
    "headers_read", "graph_builds", "identifiers_resolved", "ranges_ordered", "row_operations"};

inline std::array<std::atomic<std::uint64_t>, call_names.size()>& call_counts() {
  static std::array<std::atomic<std::uint64_t>, call_names.size()> counts{};
  return counts;
}

inline void count_call(Call call, std::uint64_t times = 1) {
  call_counts()[static_cast<std::size_t>(call)].fetch_add(times, std::memory_order_relaxed);
}

}  // namespace alembic_native

#endif  // ALEMBIC_NATIVE_BINDINGS_CALL_COUNTS_H
