# CMake's toolchain file for Windows x86_64: mingw-w64 builds, wine runs.
set(CMAKE_SYSTEM_NAME Windows)
set(CMAKE_SYSTEM_PROCESSOR AMD64)
# The threads of C++ need the variant with POSIX threads.
set(CMAKE_C_COMPILER x86_64-w64-mingw32-gcc-posix)
set(CMAKE_CXX_COMPILER x86_64-w64-mingw32-g++-posix)
set(CMAKE_RC_COMPILER x86_64-w64-mingw32-windres)
find_program(ALEMBIC_NATIVE_WINE NAMES wine64 wine PATHS /usr/lib/wine)
if(ALEMBIC_NATIVE_WINE)
  set(CMAKE_CROSSCOMPILING_EMULATOR ${ALEMBIC_NATIVE_WINE})
endif()
# Building is one thing and running another.
set(CMAKE_GTEST_DISCOVER_TESTS_DISCOVERY_MODE PRE_TEST)

# No header or library of the machine that builds.
set(CMAKE_FIND_ROOT_PATH /usr/x86_64-w64-mingw32
  ${CMAKE_CURRENT_LIST_DIR}/../../build/windows/installed)
set(CMAKE_FIND_ROOT_PATH_MODE_PROGRAM NEVER)
set(CMAKE_FIND_ROOT_PATH_MODE_LIBRARY ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_INCLUDE ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_PACKAGE ONLY)

# Nothing of mingw-w64 has to lie beside what is built.
foreach(kind EXE SHARED MODULE)
  set(CMAKE_${kind}_LINKER_FLAGS_INIT -static)
endforeach()
