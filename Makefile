# make demo   builds, installs into .venv and runs the sample project on the native core
# make test   all tests; also what CI runs
# make help   the other targets
#
# PYTHON chooses the interpreter (make test PYTHON=python3.12), JOBS how many processes work.
# Everything made lies in build/, .venv and .venv-test; a second run does only what is needed.

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
MAKEFLAGS += --no-builtin-rules --no-print-directory
# Targets build in the same folders: only the files of make tidy may be checked side by side.
ifeq ($(filter build/tidy/%,$(MAKECMDGOALS)),)
.NOTPARALLEL:
endif
.DELETE_ON_ERROR:
.DEFAULT_GOAL := help

PYTHON ?= python3
JOBS ?= $(shell nproc)
export PYTHON
export CMAKE_BUILD_PARALLEL_LEVEL := $(JOBS)
# Tests and targets compile the same sources several times: where there is ccache, once.
ifneq ($(shell command -v ccache),)
export CMAKE_CXX_COMPILER_LAUNCHER ?= ccache
export CCACHE_BASEDIR ?= $(CURDIR)
export CCACHE_NOHASHDIR ?= 1
# Python's own builds call it g++, and ccache takes c++ for another compiler.
ifneq ($(shell command -v g++),)
export CXX
endif
endif
# What would put another package, or none, under test.
unexport ALEMBIC_NATIVE PYTHONPATH ALEMBIC_CONFIG DATABASE_URL

STEP := @.ci/step
# What is done is noted inside the environment, and per interpreter: another one makes it anew.
PYTHON_VERSION := $(shell $(PYTHON) -c 'import platform, sys; print(platform.python_version() + sys.abiflags)' 2>/dev/null)
VENV_DONE := .venv/done-$(PYTHON_VERSION)
TEST_VENV_DONE := .venv-test/done-$(PYTHON_VERSION)
WHEELS := build/wheels-$(PYTHON_VERSION)
WHEEL_TOOLS := build/wheel-tools-$(PYTHON_VERSION)
SOURCES := $(shell find cpp python -type f -not -name '*.pyc') \
	CMakeLists.txt pyproject.toml LICENSE $(wildcard README.md)
CPP_SOURCES := $(shell find cpp -name '*.cpp')
CPP_HEADERS := $(shell find cpp -name '*.h')
CPP_FILES := $(CPP_SOURCES) $(CPP_HEADERS) $(shell find tests/cpp -name '*.cpp' -o -name '*.h')
PYTHON_FOLDERS := python tests migrations .ci/wheels .ci/distributions .ci/platforms
VENV := .venv/bin
TEST_VENV := .venv-test/bin
# For CMake: extension modules for the Python of .venv-test; asked for when it is there.
FOR_TEST_VENV = -DPython_EXECUTABLE=$(CURDIR)/$(TEST_VENV)/python \
	-Dpybind11_DIR=$(shell $(TEST_VENV)/python -m pybind11 --cmakedir 2>/dev/null)

.PHONY: help
help:
	@echo "make demo         build, install into .venv, upgrade the sample project on SQLite"
	@echo "make wheel        a wheel in dist/ that needs no libpqxx, fmt or libpq on its target"
	@echo "make wheel-pure   one for every system, without the native core"
	@echo "make wheels       all of these: for every Python here; PYTHONS names them"
	@echo "make test         all tests and checks, with the newest Alembic's own suite"
	@echo "make check        a quick part of it, under a minute once it is built"
	@echo "make test-cpp     GoogleTest suites of the core"
	@echo "make test-python  pytest: package, differential tests, servers"
	@echo "make types        mypy and stubtest"
	@echo "make lint         ruff, clang-format, clang-tidy"
	@echo "make conformance  the own suites of all supported Alembic versions"
	@echo "make conformance-with ALEMBIC=1.21.0   the own suite of a version, or of a folder"
	@echo "make contract     the known code of Alembic, from every release"
	@echo "make matrix       Pythons, Alembics, SQLAlchemys and drivers, each with each"
	@echo "make libpqxx-7    the version store, built and tested with libpqxx 7"
	@echo "make free-threaded  a Python without the global lock, and the tests of threads on it"
	@echo "make sanitize     the core under address, undefined and thread sanitizers; fuzzing"
	@echo "make pins         the hashes of what wheels are built with, anew"
	@echo "make distributions  demo and check on Debian 12, 13 and 14, in folders; as root"
	@echo "make platforms    the core for musl, arm64, Windows and macOS; tests, wheels; as root"
	@echo "make bench        upstream and ours side by side"
	@echo "make clean        removes everything made"

# ---- what the machine and the environments need ------------------------------------------------

.PHONY: interpreter system-python system-build system-test
interpreter:
	$(STEP) "Interpreter $(PYTHON)" \
	  "the interpreter cannot be used; choose another one: make PYTHON=/usr/bin/python3" \
	  .ci/check-interpreter

system-python: | interpreter
	$(STEP) "System packages for Python" "install what is named above, then run make again" \
	  .ci/install-system-packages python

system-build: | interpreter
	$(STEP) "System packages for the build" "install what is named above, then run make again" \
	  .ci/install-system-packages build

system-test: | interpreter
	$(STEP) "System packages for the tests" "install what is named above, then run make again" \
	  .ci/install-system-packages test

$(VENV_DONE)/made: | system-build
	$(STEP) "Virtual environment .venv" "see that '$(PYTHON) -m venv' works" \
	  $(PYTHON) -m venv --clear .venv
	@mkdir -p $(@D) && touch $@

$(WHEELS)/built: $(SOURCES) | $(VENV_DONE)/made
	@rm -rf $(WHEELS)
	$(STEP) "Building the package, which takes some minutes" "read the compiler's or pip's message above" \
	  $(VENV)/python -m pip wheel --quiet --no-deps --wheel-dir $(WHEELS) .
	@touch $@

$(VENV_DONE)/installed: $(VENV_DONE)/made $(WHEELS)/built
	@$(VENV)/python -m pip uninstall --quiet --yes alembic-native 2>/dev/null
	$(STEP) "Installing into .venv" "see that pip reaches its package index" \
	  $(VENV)/python -m pip install --quiet $(WHEELS)/*.whl
	@touch $@

$(TEST_VENV_DONE)/made: tests/requirements.txt | system-build system-test
	$(STEP) "Virtual environment .venv-test" "see that '$(PYTHON) -m venv' works" \
	  $(PYTHON) -m venv --clear .venv-test
	$(STEP) "Installing what the tests need" "see that pip reaches its package index" \
	  $(TEST_VENV)/python -m pip install --quiet --requirement tests/requirements.txt
	@mkdir -p $(@D) && touch $@

# Where the system's libpqxx is too new for the store, or is none, its tests take the wheel's.
STORE_LIBRARIES = $(strip $(if $(shell pkg-config --exists 'libpqxx >= 6.4' 'libpqxx < 8' && echo \
	system),,$(CURDIR)/$(LIBRARIES)))
WITH_STORE_LIBRARIES = env \
	$(if $(STORE_LIBRARIES),CMAKE_PREFIX_PATH=$(STORE_LIBRARIES):$(CMAKE_PREFIX_PATH))

.PHONY: store-libraries
store-libraries: | system-build
	$(if $(STORE_LIBRARIES),@$(MAKE) $(LIBRARIES)/complete)

$(TEST_VENV_DONE)/installed: $(TEST_VENV_DONE)/made $(WHEELS)/built
	@$(TEST_VENV)/python -m pip uninstall --quiet --yes alembic-native 2>/dev/null
	$(if $(STORE_LIBRARIES),@$(MAKE) $(STAND_ALONE)/built)
	$(STEP) "Installing into .venv-test" "see that pip reaches its package index" \
	  $(TEST_VENV)/python -m pip install --quiet \
	    $(if $(STORE_LIBRARIES),$(STAND_ALONE),$(WHEELS))/*.whl
	@touch $@

# Poetry in an environment of its own, and what the Poetry project of the tests depends on.
POETRY := build/poetry-$(PYTHON_VERSION)

$(POETRY)/installed: | system-build
	$(STEP) "Virtual environment for Poetry" "see that '$(PYTHON) -m venv' works" \
	  $(PYTHON) -m venv --clear $(POETRY)
	$(STEP) "Installing Poetry" "see that pip reaches its package index" \
	  $(POETRY)/bin/python -m pip install --quiet 'poetry>=2'
	$(STEP) "Packages for the Poetry project" "see that pip reaches its package index" \
	  $(POETRY)/bin/python -m pip download --quiet --only-binary :all: --dest $(POETRY)/packages \
	    alembic psycopg2-binary sqlalchemy
	@touch $@

# ---- a wheel that stands alone -----------------------------------------------------------------

$(WHEEL_TOOLS)/made: .ci/wheels/requirements.txt | system-python
	@$(PYTHON) -m venv --clear $(WHEEL_TOOLS)
	$(STEP) "Installing what builds wheels" "see that pip reaches its package index" \
	  $(WHEEL_TOOLS)/bin/python -m pip install --quiet --require-hashes \
	    --requirement .ci/wheels/requirements.txt
	@touch $@

# With what is installed there, and nothing else.
BUILD_WHEEL = PATH="$(CURDIR)/$(WHEEL_TOOLS)/bin:$$PATH" $(WHEEL_TOOLS)/bin/python -m pip wheel \
	--quiet --no-deps --no-build-isolation

# Of the same version for every Python, whatever fmt the system has.
FMT := build/fmt

$(FMT)/made: .ci/wheels/requirements.txt .ci/wheels/fmt_headers.py | $(WHEEL_TOOLS)/made
	$(STEP) "The headers of fmt for the wheel" "see that pip reaches its package index" \
	  $(WHEEL_TOOLS)/bin/python .ci/wheels/fmt_headers.py
	@touch $@

# The hashes of all that wheels are built with; in a folder of its own.
.PHONY: pins
pins: | interpreter
	@$(PYTHON) -m venv --clear build/pins
	$(STEP) "Installing uv" "see that pip reaches its package index" \
	  build/pins/bin/python -m pip install --quiet uv
	@for folder in .ci/wheels .ci/platforms; do \
	  build/pins/bin/uv pip compile --quiet --universal --python-version 3.10 --generate-hashes \
	    --upgrade --no-annotate --custom-compile-command "make pins" --output-file \
	    $$folder/requirements.txt $$folder/requirements.in; \
	done

# What _postgres of such a wheel is linked with, and the wheel before it is repaired.
LIBRARIES := build/wheel-libraries
STAND_ALONE := build/stand-alone-$(PYTHON_VERSION)

.PHONY: system-wheel
system-wheel: | interpreter
	$(STEP) "System packages for the wheel" "install what is named above, then run make again" \
	  .ci/install-system-packages build wheel

# It knows itself what has changed: a new OpenSSL, for one.
.PHONY: libraries-asked
$(LIBRARIES)/complete: libraries-asked | system-wheel
	$(STEP) "libpq and libpqxx for the wheel, from Debian's source packages" \
	  "see that apt-get reaches its mirror; LIBPQ_FROM names another source (docs/installing.md)" \
	  .ci/wheels/build-libraries $(LIBRARIES)

$(STAND_ALONE)/built: $(SOURCES) $(LIBRARIES)/complete $(FMT)/made $(WHEEL_TOOLS)/made
	@rm -rf $(STAND_ALONE)
	$(STEP) "Building the package for the wheel" "read the compiler's or pip's message above" \
	  env CMAKE_PREFIX_PATH=$(CURDIR)/$(LIBRARIES) $(BUILD_WHEEL) --wheel-dir $(STAND_ALONE) \
	    --config-settings build-dir=$(STAND_ALONE)-objects \
	    --config-settings cmake.define.fmt_DIR=$(FMT)/cmeel.prefix/lib/cmake/fmt \
	    --config-settings cmake.define.ALEMBIC_NATIVE_POSTGRES=ON .
	@touch $@

$(STAND_ALONE)/repaired: $(STAND_ALONE)/built $(wildcard .ci/wheels/*.py)
	$(STEP) "Naming the libraries in the wheel, with their licences" \
	  "the message above names the library" \
	  $(WHEEL_TOOLS)/bin/python .ci/wheels/repair.py $(STAND_ALONE)/*.whl dist $(LIBRARIES)
	@touch $@

.PHONY: wheel wheel-pure wheels
wheel: $(STAND_ALONE)/repaired
	@ls dist/*.whl

wheel-pure: $(WHEEL_TOOLS)/made
	@rm -f dist/*-none-any.whl
	$(STEP) "Building the wheel without the native core" "read pip's message above" \
	  env ALEMBIC_NATIVE_PURE=1 $(BUILD_WHEEL) --wheel-dir dist .
	@ls dist/*-none-any.whl

# PYTHONS="python3.12 python3.13" names the interpreters. What is released is of pinned sources.
PYTHONS ?=
wheels: | interpreter
	$(STEP) "A wheel for every Python, installed and run" "the message above names the log" \
	  env PINNED_SOURCES=required $(PYTHON) tests/wheel/run.py $(PYTHONS)

# ---- demo --------------------------------------------------------------------------------------

DEMO := DATABASE_URL=sqlite:///build/demo/bookshop.db $(VENV)

.PHONY: demo
demo: $(VENV_DONE)/installed
	@rm -rf build/demo && mkdir -p build/demo
	$(STEP) "alembic upgrade head, on a new SQLite database" "the message above names the script" \
	  env $(DEMO)/alembic upgrade head
	$(STEP) "alembic current" "see the message above" env $(DEMO)/alembic current
	$(STEP) "alembic history" "see the message above" env $(DEMO)/alembic history
	$(STEP) "python -m alembic_native" "see the message above" \
	  bash -o pipefail -c '$(VENV)/python -m alembic_native | tee build/demo/build_info'
	$(STEP) "The native core served" "build/demo/build_info says why the overlay is not active" \
	  grep "^overlay: active" build/demo/build_info
	@echo && echo "Any other command on this database:" && echo "    $(DEMO)/alembic status"

# ---- tests -------------------------------------------------------------------------------------

.PHONY: test test-cpp test-python
test:
	@$(MAKE) system-test
	@$(MAKE) test-cpp
	@$(MAKE) test-python
	@$(MAKE) types
	@$(MAKE) lint
	@$(MAKE) conformance-newest
	@echo && echo "All tests passed."

# Needs no server, and no PostgreSQL store: it passes on every system that the package is built on.
QUICK_TESTS := $(addprefix tests/python/,upstream/test_revision_map.py \
	upstream/test_bad_histories.py upstream/test_lazy_scripts.py test_house.py)

.PHONY: check
check: $(TEST_VENV_DONE)/installed
	@$(MAKE) style
	$(STEP) "mypy --strict" "mend the types named above" $(TEST_VENV)/mypy --strict
	$(STEP) "Configuring the C++ tests" "read CMake's message above" $(CONFIGURE) release
	$(STEP) "Building the C++ tests" "read the compiler's message above" \
	  cmake --build build/cpp-tests --target core_tests lint_tests
	$(STEP) "C++ tests of the core" "run one, with --gtest_filter=NAME" \
	  build/cpp-tests/tests/cpp/core_tests --gtest_brief=1
	$(STEP) "C++ tests of the rules for scripts" "run one, with --gtest_filter=NAME" \
	  build/cpp-tests/cpp/lint/lint_tests --gtest_brief=1
	$(STEP) "Quick Python tests" "run one: $(TEST_VENV)/python -m pytest FILE::NAME" \
	  $(TEST_VENV)/python -m pytest -q -n $(JOBS) $(QUICK_TESTS)
	@echo && echo "The quick part passed. All of it: make test"

# Runs a command with DATABASE_URL in its environment: a new database on a server of its own.
WITH_POSTGRES := $(PYTHON) -m tests.servers postgres --plain --
CONFIGURE = $(WITH_STORE_LIBRARIES) cmake --log-level=WARNING --preset

test-cpp: | system-build system-test store-libraries
	$(STEP) "Configuring the C++ tests" "read CMake's message above" \
	  $(CONFIGURE) release -DALEMBIC_NATIVE_POSTGRES=ON
	$(STEP) "Building the C++ tests" "read the compiler's message above" \
	  cmake --build build/cpp-tests
	$(STEP) "C++ tests" "run one: build/cpp-tests/tests/cpp/core_tests --gtest_filter=NAME" \
	  ctest --test-dir build/cpp-tests --output-on-failure --no-tests=error -j $(JOBS)
	$(STEP) "C++ tests against a server" "run one: see the command above, with --gtest_filter=NAME" \
	  $(WITH_POSTGRES) build/cpp-tests/cpp/postgres/postgres_server_tests --gtest_brief=1

# What takes longest begins first, and a process with nothing to do takes tests from the other one.
test-python: $(TEST_VENV_DONE)/installed $(STAND_ALONE)/repaired $(POETRY)/installed
	$(STEP) "Python tests" "run one: $(TEST_VENV)/python -m pytest FILE::NAME" \
	  $(WITH_STORE_LIBRARIES) bash -o pipefail -c '$(TEST_VENV)/python -m pytest -n $(JOBS) \
	    --dist worksteal \
	    --timeout 600 --durations 20 tests/matrix tests/projects tests/installation tests/plugins \
	    tests/wheel tests/conformance tests/servers tests/differential tests/python \
	    --ignore tests/installation/test_editable.py 2>&1 | tee build/pytest.log'

.PHONY: types
types: $(TEST_VENV_DONE)/installed
	$(STEP) "mypy --strict" "mend the types named above" $(TEST_VENV)/mypy --strict
	$(STEP) "mypy --strict tests/servers tests/projects" "mend the types named above" \
	  $(TEST_VENV)/mypy --strict tests/servers tests/conftest.py $(wildcard tests/projects/*.py) \
	    tests/python/locking/lock_of_an_application.py
	$(STEP) "Stubs against the extension modules" "mend the .pyi file or the binding" \
	  $(TEST_VENV)/python -m mypy.stubtest --allowlist tests/stubtest-allowlist.txt \
	    --ignore-unused-allowlist $(addprefix alembic_native.,$(notdir \
	    $(basename $(wildcard python/alembic_native/_*.pyi))))

.PHONY: lint style format tidy
lint: $(TEST_VENV_DONE)/installed
	@$(MAKE) style
	@$(MAKE) tidy

style: $(TEST_VENV_DONE)/made
	$(STEP) "ruff check" "mend what is named above" \
	  $(TEST_VENV)/ruff check $(PYTHON_FOLDERS)
	$(STEP) "ruff format" "run make format" \
	  $(TEST_VENV)/ruff format --check $(PYTHON_FOLDERS)
	$(STEP) "clang-format" "run make format" \
	  $(TEST_VENV)/clang-format --dry-run -Werror $(CPP_FILES)

format: $(TEST_VENV_DONE)/made
	@$(TEST_VENV)/ruff format $(PYTHON_FOLDERS)
	@$(TEST_VENV)/clang-format -i $(CPP_FILES)

# The bindings too: hence Python and pybind11, and clang's own compile commands.
tidy: $(TEST_VENV_DONE)/installed
	$(STEP) "Configuring for clang-tidy" "read CMake's message above" \
	  $(WITH_STORE_LIBRARIES) cmake -S . -B build/lint -G Ninja --log-level=WARNING \
	    -DCMAKE_CXX_COMPILER=clang++ $(FOR_TEST_VENV)
	$(STEP) "clang-tidy" "mend what is named above" \
	  $(MAKE) -j $(JOBS) --output-sync \
	  $(patsubst %,build/tidy/%.checked,$(filter-out %_windows.cpp,$(CPP_SOURCES)))

build/tidy/%.checked: % $(CPP_HEADERS) .clang-tidy
	@echo "clang-tidy $<"
	@$(TEST_VENV)/clang-tidy --quiet -p build/lint $< 2> >(grep -vE '^[0-9]+ warnings? generated' >&2)
	@mkdir -p $(@D) && touch $@

.PHONY: conformance conformance-newest
conformance: $(TEST_VENV_DONE)/installed
	$(STEP) "Own suites of all supported Alembic versions" "compare the tests named above" \
	  $(TEST_VENV)/python tests/conformance/run.py --all

conformance-newest: $(TEST_VENV_DONE)/installed
	$(STEP) "Own suite of the newest supported Alembic" "compare the tests named above" \
	  $(TEST_VENV)/python tests/conformance/run.py --newest

# ALEMBIC: a version, or a folder with the sources of Alembic.
.PHONY: conformance-with contract
conformance-with: $(TEST_VENV_DONE)/installed
	@test -n "$(ALEMBIC)" || { echo "make conformance-with ALEMBIC=1.21.0, or =FOLDER"; exit 2; }
	-@$(TEST_VENV)/python tests/conformance/fingerprints.py $(ALEMBIC)
	$(STEP) "Own suite of Alembic $(ALEMBIC)" "compare the tests named above" \
	  $(TEST_VENV)/python tests/conformance/run.py --alembic $(ALEMBIC)

contract: $(TEST_VENV_DONE)/installed
	$(STEP) "Fingerprints of every supported release of Alembic" "see that pip reaches its index" \
	  $(TEST_VENV)/python tests/conformance/fingerprints.py

.PHONY: matrix
matrix: $(TEST_VENV_DONE)/installed
	$(STEP) "This checkout, installed as editable" "run pytest on the file alone" \
	  $(TEST_VENV)/python -m pytest -q tests/installation/test_editable.py
	$(STEP) "Every supported Python, Alembic and SQLAlchemy on every driver" \
	  "the table names the log of each row" \
	  $(WITH_STORE_LIBRARIES) $(TEST_VENV)/python tests/matrix/run.py --jobs $(JOBS)

# The version store with the libpqxx of newer systems; what the others are built with is Debian 12's.
WITH_LIBPQXX_7 := build/with-libpqxx-7

.PHONY: libpqxx-7
libpqxx-7: $(TEST_VENV_DONE)/installed
	$(STEP) "libpqxx 7 from Debian's source package" "see that apt-get reaches its mirror" \
	  .ci/build-libpqxx-7 build/libpqxx-7
	$(STEP) "Building with libpqxx 7" "read the compiler's message above" \
	  cmake -S . -B $(WITH_LIBPQXX_7) -G Ninja --log-level=WARNING -DALEMBIC_NATIVE_TESTS=ON \
	    -DALEMBIC_NATIVE_POSTGRES=ON -DCMAKE_PREFIX_PATH=$(CURDIR)/build/libpqxx-7 \
	    -DCMAKE_INSTALL_RPATH=$(CURDIR)/build/libpqxx-7/lib \
	    $(FOR_TEST_VENV)
	@cmake --build $(WITH_LIBPQXX_7) \
	  --target _core _lint _postgres postgres_tests postgres_server_tests
	@cp -r python/. $(WITH_LIBPQXX_7)/package
	@cmake --install $(WITH_LIBPQXX_7) --prefix $(WITH_LIBPQXX_7)/package
	$(STEP) "C++ tests with libpqxx 7" "run one, with --gtest_filter=NAME" \
	  $(WITH_LIBPQXX_7)/cpp/postgres/postgres_tests --gtest_brief=1
	$(STEP) "C++ tests with libpqxx 7 against a server" "run one, with --gtest_filter=NAME" \
	  $(WITH_POSTGRES) $(WITH_LIBPQXX_7)/cpp/postgres/postgres_server_tests --gtest_brief=1
	$(STEP) "It is libpqxx 7 that Python loads" "see $(WITH_LIBPQXX_7)/package" \
	  env PYTHONPATH=$(CURDIR)/$(WITH_LIBPQXX_7)/package $(TEST_VENV)/python -c \
	    'from alembic_native import _postgres; assert _postgres.build_versions()["libpqxx"] >= "7"'
	$(STEP) "Python tests of the version store with libpqxx 7" "run pytest on the file alone" \
	  env PYTHONPATH=$(CURDIR)/$(WITH_LIBPQXX_7)/package $(TEST_VENV)/python -m pytest -q \
	    -n $(JOBS) --timeout 600 tests/python/postgres

# A Python without the global lock: neither Debian nor the package index has one.
FREE_THREADED := build/free-threaded
# Of the tests those that need no driver: a driver's module may bring the lock back.
FREE_THREADED_TESTS := --noconftest $(addprefix tests/python/upstream/,test_threads.py \
	test_revision_map.py test_lazy_scripts.py test_definitions.py)

.PHONY: free-threaded
free-threaded: | system-build system-test
	$(STEP) "Python without the global lock, from Debian's source package" \
	  "see that apt-get reaches its mirror, and $(FREE_THREADED)/python/build.log" \
	  .ci/build-free-threaded-python $(FREE_THREADED)/python
	$(STEP) "Its virtual environment" "see that pip reaches its index" \
	  $(FREE_THREADED)/python/bin/python3.13t -m venv --clear $(FREE_THREADED)/venv
	$(STEP) "Installing the package and pytest into it" "read the compiler's or pip's message above" \
	  $(FREE_THREADED)/venv/bin/pip install --quiet . pytest pytest-timeout
	$(STEP) "Threads through the binding, without the global lock" "read what is above" \
	  $(FREE_THREADED)/venv/bin/python -m tests.sanitize.threads_through_the_binding
	$(STEP) "Python tests without the global lock" "run one of the files alone" \
	  $(FREE_THREADED)/venv/bin/python -m pytest -q --timeout 600 $(FREE_THREADED_TESTS)

# ---- sanitizers, fuzzing, benchmark ------------------------------------------------------------

# The sanitizers of these compilers cannot place their memory under every kernel's randomisation.
FIXED_ADDRESSES := $(shell setarch -R true 2>/dev/null && echo setarch -R)
FUZZ_SECONDS ?= 60

.PHONY: sanitize sanitize-address sanitize-thread sanitize-thread-python fuzz
sanitize:
	@$(MAKE) sanitize-address
	@$(MAKE) sanitize-thread
	@$(MAKE) fuzz

sanitize-address: | system-build system-test store-libraries
	$(STEP) "Building the C++ tests with address and undefined sanitizers" "see above" \
	  $(CONFIGURE) asan
	@$(FIXED_ADDRESSES) cmake --build build/sanitize-address
	$(STEP) "C++ tests under address and undefined sanitizers" "the report above names the line" \
	  $(FIXED_ADDRESSES) build/sanitize-address/tests/cpp/core_tests --gtest_brief=1
	$(STEP) "Rules for scripts under address and undefined sanitizers" \
	  "the report above names the line" \
	  $(FIXED_ADDRESSES) build/sanitize-address/cpp/lint/lint_tests --gtest_brief=1
	$(STEP) "Connection strings under address and undefined sanitizers" \
	  "the report above names the line" \
	  $(FIXED_ADDRESSES) build/sanitize-address/cpp/postgres/postgres_tests --gtest_brief=1
	$(STEP) "The version store under address and undefined sanitizers" \
	  "the report above names the line" \
	  env LSAN_OPTIONS=suppressions=$(CURDIR)/tests/cpp/leaks_of_libraries.txt \
	    $(WITH_POSTGRES) $(FIXED_ADDRESSES) \
	    build/sanitize-address/cpp/postgres/postgres_server_tests --gtest_brief=1

sanitize-thread: | system-build system-test store-libraries
	$(STEP) "Building the C++ tests with the thread sanitizer" "see above" \
	  $(CONFIGURE) tsan
	@$(FIXED_ADDRESSES) cmake --build build/sanitize-thread
	$(STEP) "Parallel tests are there" "name tests of threads ...Parallel..." \
	  bash -o pipefail -c '$(FIXED_ADDRESSES) build/sanitize-thread/tests/cpp/core_tests \
	    --gtest_list_tests --gtest_filter="*Parallel*" | grep "^  "'
	$(STEP) "Parallel tests under the thread sanitizer" "the report above names both accesses" \
	  $(FIXED_ADDRESSES) build/sanitize-thread/tests/cpp/core_tests --gtest_brief=1 \
	    --gtest_filter='*Parallel*'
	$(STEP) "The version store under the thread sanitizer" "the report above names both accesses" \
	  $(WITH_POSTGRES) $(FIXED_ADDRESSES) \
	    build/sanitize-thread/cpp/postgres/postgres_server_tests --gtest_brief=1
	@$(MAKE) sanitize-thread-python

# Python itself is not instrumented: what is seen are the core and its binding.
THREAD_SANITIZED := build/sanitize-thread-python

sanitize-thread-python: $(TEST_VENV_DONE)/installed
	$(STEP) "Building the core's extension module with the thread sanitizer" "see above" \
	  cmake -S . -B $(THREAD_SANITIZED) -G Ninja --log-level=WARNING \
	    -DCMAKE_BUILD_TYPE=RelWithDebInfo -DALEMBIC_NATIVE_SANITIZE=thread \
	    $(FOR_TEST_VENV)
	@$(FIXED_ADDRESSES) cmake --build $(THREAD_SANITIZED) --target _core
	@rm -rf $(THREAD_SANITIZED)/package && mkdir -p $(THREAD_SANITIZED)/package
	@cp -r python/. $(THREAD_SANITIZED)/package
	@cp $(THREAD_SANITIZED)/cpp/bindings/_core.*.so $(THREAD_SANITIZED)/package/alembic_native
	$(STEP) "Threads through the binding, under the thread sanitizer" \
	  "the report above names both accesses" \
	  env LD_PRELOAD=$$(g++ -print-file-name=libtsan.so) \
	    PYTHONPATH=$(CURDIR)/$(THREAD_SANITIZED)/package \
	    TSAN_OPTIONS=suppressions=$(CURDIR)/tests/sanitize/races_of_libraries.txt \
	    $(FIXED_ADDRESSES) $(TEST_VENV)/python -m tests.sanitize.threads_through_the_binding

# A target for each file, and the folder or files that its corpus begins with.
FUZZ_TARGETS := $(notdir $(basename $(wildcard tests/cpp/fuzz/*.cpp)))
FUZZ_SEEDS_script_header := migrations/versions
FUZZ_SEEDS_script_report := migrations/versions
# FUZZ_SECONDS is for all of them.
FUZZ_SECONDS_EACH = $(shell expr $(FUZZ_SECONDS) / $(words $(FUZZ_TARGETS)))

fuzz: | system-build system-test
	$(STEP) "Configuring the fuzz targets" "read CMake's message above" $(CONFIGURE) fuzz
	$(STEP) "Building the fuzz targets" "read the compiler's message above" \
	  $(FIXED_ADDRESSES) cmake --build build/fuzz --target $(addprefix fuzz_,$(FUZZ_TARGETS))
	@for target in $(FUZZ_TARGETS); do $(MAKE) fuzz-$$target; done

fuzz-%:
	@mkdir -p build/fuzz/corpus/$*
	$(STEP) "Fuzzing $* for $(FUZZ_SECONDS_EACH) s" \
	  "the input is build/fuzz/crash-...: give it to build/fuzz/tests/cpp/fuzz_$*" \
	  $(FIXED_ADDRESSES) build/fuzz/tests/cpp/fuzz_$* -timeout=10 -verbosity=0 \
	    -print_final_stats=1 -max_total_time=$(FUZZ_SECONDS_EACH) -artifact_prefix=build/fuzz/ \
	    build/fuzz/corpus/$* $(FUZZ_SEEDS_$*)

# DISTRIBUTION=debian-13 takes one of them.
DISTRIBUTION ?=

# DISTRIBUTION_TARGETS="check test" says what runs there besides make demo.
.PHONY: distributions
distributions: | interpreter
	$(STEP) "System packages for make distributions" "do what is said above, then run make again" \
	  .ci/install-system-packages distributions
	$(STEP) "make demo and more on Debian's releases" "the table names the log of each command" \
	  $(PYTHON) .ci/distributions/run.py $(DISTRIBUTION)

# PLATFORM=musllinux-x86_64 takes one of them.
PLATFORM ?=

.PHONY: platforms
platforms: | interpreter
	$(STEP) "System packages for make platforms" "do what is said above, then run make again" \
	  .ci/install-system-packages build platforms
	$(STEP) "The core for other platforms, and its tests" "the table names the log of what failed" \
	  $(PYTHON) .ci/platforms/run.py $(PLATFORM)

# Of the wheel, which is what people install.
BENCH := build/bench-$(PYTHON_VERSION)

$(BENCH)/installed: tests/requirements.txt $(STAND_ALONE)/repaired | system-test
	$(STEP) "Virtual environment for the benchmark" "see that '$(PYTHON) -m venv' works" \
	  $(PYTHON) -m venv --clear $(BENCH)
	$(STEP) "Installing what the benchmark needs" "see that pip reaches its package index" \
	  $(BENCH)/bin/python -m pip install --quiet --requirement tests/requirements.txt
	$(STEP) "Installing the wheel" "run make wheel" \
	  $(BENCH)/bin/python -m pip install --quiet --no-index --no-deps --find-links dist alembic-native
	$(STEP) "Installing what it depends on" "see that pip reaches its package index" \
	  $(BENCH)/bin/python -m pip install --quiet alembic-native
	@touch $@

.PHONY: bench
bench: $(BENCH)/installed
	$(STEP) "Benchmark: upstream and ours side by side" "see the message above" \
	  $(BENCH)/bin/python tests/bench/run.py

.PHONY: clean
clean:
	rm -rf build dist .venv .venv-test
