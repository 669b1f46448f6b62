"""Runs command lines, each in a child of a process that has imported some modules before.

Arguments: a descriptor for answers, and the modules to import. Reads one question a line from
standard input. A child is what the ``alembic`` script is, but for what is imported already.
"""

from __future__ import annotations

import atexit
import gc
import importlib
import json
import os
import sys
from pathlib import Path
from typing import Any, NoReturn


def serve(answers: int) -> dict[str, Any]:
    """Returns in children only, with the question."""
    for line in sys.stdin.buffer:
        question: dict[str, Any] = json.loads(line)
        child = os.fork()
        if child == 0:
            os.close(answers)
            return question
        _, status = os.waitpid(child, 0)
        os.write(answers, f"{os.waitstatus_to_exitcode(status)}\n".encode())
    os._exit(0)


def become(question: dict[str, Any]) -> None:
    """Take on the folder, environment, words and standard streams of a command."""
    os.chdir(question["folder"])
    os.environ.update(question["environment"])
    for path, descriptor, flags in (
        (os.devnull, 0, os.O_RDONLY),
        (question["stdout"], 1, os.O_WRONLY | os.O_CREAT | os.O_TRUNC),
        (question["stderr"], 2, os.O_WRONLY | os.O_CREAT | os.O_TRUNC),
    ):
        opened = os.open(path, flags, 0o600)
        os.dup2(opened, descriptor)
        os.close(opened)
    sys.argv = question["words"]
    sys.path[0] = os.path.dirname(sys.argv[0])


def run(question: dict[str, Any]) -> NoReturn:
    """What the script does, and of what the interpreter does in the end all that can be seen."""
    become(question)
    exit_code: Any = 0
    script = compile(Path(sys.argv[0]).read_text(), sys.argv[0], "exec")
    try:
        # In the namespace of the main module, from which the overlay knows the script.
        exec(script, globals())
    except SystemExit as exit_:
        exit_code = exit_.code or 0
    except BaseException:
        sys.excepthook(*sys.exc_info())  # type: ignore[arg-type]
        exit_code = 1
    atexit._run_exitfuncs()
    sys.stdout.flush()
    sys.stderr.flush()
    Path(question["modules"]).write_text("\n".join(sys.modules))
    os._exit(exit_code & 0xFF)


if __name__ == "__main__":
    for module in sys.argv[2:]:
        importlib.import_module(module)
    # Children leave the pages of what is loaded as they are.
    gc.freeze()
    run(serve(int(sys.argv[1])))
