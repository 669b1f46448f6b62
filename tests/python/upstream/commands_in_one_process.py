"""Runs the commands of a project one after the other, and says how each ended and what was bound.

Standard input: a line a question, as JSON with the folder of the project, the folder of an Alembic,
and ``ALEMBIC_NATIVE``. Each is answered by a child, which has SQLAlchemy already.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import sys
import traceback
import warnings
from typing import Any

COMMANDS = (
    "heads",
    "upgrade head",
    "current",
    "downgrade -1",
    "revision -m later --rev-id dddd4444",
    "history",
    "stamp dddd4444",
    "current -v",
)


def answer(question: dict[str, Any]) -> dict[str, Any]:
    os.environ["ALEMBIC_NATIVE"] = question["switch"]
    os.chdir(question["project"])
    sys.path.insert(0, question["alembic"])
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        endings = [ending(command) for command in COMMANDS]
        told = [str(one.message) for one in caught if "alembic-native" in str(one.message)]
    return {"endings": endings, "warnings": told, "parts": said_and_seen()}


def ending(command: str) -> list[Any]:
    """What a command printed, and how it ended."""
    output, code = io.StringIO(), 0
    with contextlib.redirect_stdout(output), contextlib.redirect_stderr(output):
        try:
            from alembic.config import CommandLine, Config

            line = CommandLine()
            options = line.parser.parse_args(command.split())
            config = Config("alembic.ini", cmd_opts=options, stdout=output)
            line.run_cmd(config, options)
        except SystemExit as exit_:
            code = 255 if exit_.code == -1 else exit_.code  # type: ignore[assignment]
        except Exception as error:
            # A name that Alembic itself no longer finds, and both print the same.
            print(traceback.format_exception_only(error)[-1], file=output)
            code = 1
    return [command, code, output.getvalue()]


def said_and_seen() -> dict[str, list[bool]]:
    """For each part whether it is said to be active, and whether its methods are bound."""
    needed = ("runtime.migration", "runtime.environment", "command", "config")
    if any(f"alembic.{name}" not in sys.modules for name in needed):
        # That Alembic cannot be imported, with us or without.
        return {}
    if os.environ["ALEMBIC_NATIVE"] == "0":
        return {}
    from alembic_native.upstream import contract, finder

    found = finder.current_decision()
    assert found is not None
    migration = sys.modules["alembic.runtime.migration"]
    environment = sys.modules["alembic.runtime.environment"]
    command = sys.modules["alembic.command"]
    config = sys.modules["alembic.config"]

    def is_ours(value: Any) -> bool:
        code = getattr(value, "__code__", None)
        return code is not None and "alembic_native" in code.co_filename

    run = getattr(getattr(migration, "MigrationContext", None), "run_migrations", None)
    register = getattr(getattr(config, "CommandLine", None), "register_command", None)
    enter = getattr(getattr(environment, "EnvironmentContext", None), "__enter__", None)
    revision_file = getattr(sys.modules.get("alembic.script.revision"), "__file__", "") or ""
    directory = getattr(sys.modules["alembic.script.base"], "ScriptDirectory", None)
    generate = getattr(directory, "generate_revision", None)
    from_config = getattr(directory, "from_config", None)
    stamp = getattr(getattr(migration, "MigrationContext", None), "stamp", None)
    update = getattr(getattr(migration, "HeadMaintainer", None), "update_to_step", None)
    run_env = getattr(directory, "run_env", None)
    run_cmd = getattr(getattr(config, "CommandLine", None), "run_cmd", None)
    api = sys.modules["alembic.autogenerate.api"]
    revisions = getattr(api, "RevisionContext", None)
    autogenerate = getattr(revisions, "run_autogenerate", None)
    seen = {
        "core": "alembic_native" in revision_file and is_ours(update),
        "threads": is_ours(enter),
        "commands": is_ours(getattr(command, "status", None)),
        "new scripts": is_ours(generate),
        "settings": is_ours(from_config),
        "id length": is_ours(stamp),
        "lock waits": is_ours(run) and is_ours(run_env),
        "outcome": is_ours(run_env) and is_ours(run),
        # What one of them has bound the others wrap.
        "lock": is_ours(run),
        "log": is_ours(run) and is_ours(register),
        "logging": is_ours(run_env),
        "event loops": is_ours(run_env),
        "errors": is_ours(run) and is_ours(run_cmd) and is_ours(autogenerate),
    }
    return {part.name: [found.is_active(part), seen[part.name]] for part in contract.PARTS}


def main() -> None:
    import sqlalchemy.dialects.sqlite  # noqa: F401

    for line in sys.stdin:
        reader, writer = os.pipe()
        child = os.fork()
        if child == 0:
            os.write(writer, json.dumps(answer(json.loads(line))).encode())
            os._exit(0)
        os.close(writer)
        with os.fdopen(reader, "rb") as answers:
            text = answers.read().decode()
        os.waitpid(child, 0)
        print(text, flush=True)


if __name__ == "__main__":
    main()
