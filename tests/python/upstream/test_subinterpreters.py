"""The native core in interpreters beside the main one, as mod_wsgi makes them."""

from __future__ import annotations

import subprocess
import sys

import pytest

#: Names the module by which this Python makes interpreters, and the call that makes one.
_MAKING = """
import sys
if sys.version_info >= (3, 13):
    import _interpreters
    make = lambda isolated: _interpreters.create("isolated" if isolated else "legacy")
else:
    import _xxsubinterpreters as _interpreters
    make = lambda isolated: _interpreters.create(isolated=isolated)
"""

_BUILDING = """
from alembic_native import _core
records = [
    _core.RevisionRecord("a", None, None, "lib", None),
    _core.RevisionRecord("b", "a", None, None, None),
]
graph = _core.RevisionGraph(records)
graph.add(_core.RevisionRecord("c", "b", None, None, None))
assert graph.heads() == ("c",), graph.heads()
assert graph.id(graph.get_revision("lib@head")) == "c"
try:
    graph.get_revision("nowhere")
except Exception as error:
    assert type(error).__name__ == "ResolutionError", error
    assert "nowhere" in str(error)
else:
    raise AssertionError("nowhere was found")
"""


def in_a_child_process(program: str) -> str:
    """What a program prints. It must end within a minute, and well."""
    run = subprocess.run(
        [sys.executable, "-c", program],
        timeout=60,
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    return run.stdout


def test_an_import_in_a_subinterpreter_ends() -> None:
    """Bug: an import in a sub-interpreter never returned. Before Python 3.12 it is refused."""
    printed = in_a_child_process(
        f"{_MAKING}\n"
        f"building = {_BUILDING!r}\n"
        "try:\n"
        "    _interpreters.run_string(make(False), building)\n"
        "    print('served')\n"
        "except Exception as error:\n"
        "    print(error)\n"
        "exec(building)\n"
    )
    if sys.version_info >= (3, 12):
        assert printed == "served\n"
    else:
        assert "in a sub-interpreter from Python 3.12 on" in printed


_IMPORTING_ALEMBIC = """
import warnings
with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    import alembic.config
    import alembic.script.revision as revision
said = [str(one.message) for one in caught if "alembic-native" in str(one.message)]
is_native = "alembic_native" in revision.__file__
print(is_native, len(said), "from Python 3.12 on" in "".join(said), flush=True)
"""


def test_an_import_of_alembic_in_a_subinterpreter_ends() -> None:
    """Bug: it never returned. Before Python 3.12 it is upstream that serves there, said once."""
    printed = in_a_child_process(
        f"{_MAKING}\n_interpreters.run_string(make(False), {_IMPORTING_ALEMBIC!r})\n"
    )
    assert printed == ("True 0 False\n" if sys.version_info >= (3, 12) else "False 1 True\n")


if sys.version_info >= (3, 12):

    @pytest.mark.parametrize("isolated", [False, True])
    @pytest.mark.parametrize("first_in_main", [False, True])
    def test_the_core_serves_in_a_subinterpreter(isolated: bool, first_in_main: bool) -> None:
        printed = in_a_child_process(
            f"{_MAKING}\n"
            f"building = {_BUILDING!r}\n"
            f"if {first_in_main}: exec(building)\n"
            "for _ in range(3):\n"
            f"    interpreter = make({isolated})\n"
            "    _interpreters.run_string(interpreter, building)\n"
            "    _interpreters.destroy(interpreter)\n"
            "exec(building)\n"
            "print('served')\n"
        )
        assert printed == "served\n"

    def test_two_interpreters_at_the_same_time() -> None:
        printed = in_a_child_process(
            f"{_MAKING}\n"
            "import threading\n"
            f"building = 'for _ in range(50):\\n' + {_BUILDING!r}.replace('\\n', '\\n    ')\n"
            "ended = []\n"
            "def serve():\n"
            "    interpreter = make(False)\n"
            "    _interpreters.run_string(interpreter, building)\n"
            "    _interpreters.destroy(interpreter)\n"
            "    ended.append(interpreter)\n"
            "threads = [threading.Thread(target=serve) for _ in range(2)]\n"
            "for thread in threads: thread.start()\n"
            "for thread in threads: thread.join()\n"
            "print(len(ended))\n"
        )
        assert printed == "2\n"
