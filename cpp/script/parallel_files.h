// Work on many files, on several threads.
#ifndef ALEMBIC_NATIVE_SCRIPT_PARALLEL_FILES_H
#define ALEMBIC_NATIVE_SCRIPT_PARALLEL_FILES_H

#include <cstddef>
#include <functional>
#include <vector>

namespace alembic_native {

// Calls `work` once for each index below `count`, on at most as many threads as the machine has
// processors, and none for a handful of files; all of them have ended when it returns. Each thread
// has a buffer for sources, which it keeps from one file to the next. `work` is called by several
// threads at a time; the first exception that it throws is thrown here, when the threads have
// ended.
void for_each_file(std::size_t count,
                   const std::function<void(std::size_t index, std::vector<char>& buffer)>& work);

}  // namespace alembic_native

#endif  // ALEMBIC_NATIVE_SCRIPT_PARALLEL_FILES_H
