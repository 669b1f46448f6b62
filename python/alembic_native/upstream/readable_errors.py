"""What the command line says of an exception, in place of the traceback that Python would print.

Only the command itself does so, at the end of the process, and only where ``sys.excepthook`` is
Python's own: the exception goes on as it is, and whoever catches it has all of it. To an error that
Alembic tells in a line, a hint is added on the standard error, where its cause is known.

Bound: ``CommandLine.run_cmd``, and ``MigrationContext.run_migrations``, which says what the version
table holds.
"""

from __future__ import annotations

import os
import sys
from argparse import Namespace
from collections.abc import Iterable
from contextlib import suppress
from types import ModuleType, TracebackType
from typing import TYPE_CHECKING, Any

from alembic_native.upstream import entry
from alembic_native.upstream.binding import Assignment
from alembic_native.upstream.committed_runs import collected_runs
from alembic_native.upstream.planning import planned_by

if TYPE_CHECKING:
    from alembic.config import CommandLine, Config
    from alembic.runtime.migration import MigrationContext

    from alembic_native.run.circumstances import Circumstances, Head
    from alembic_native.run.outcome import Heads, Outcome

BOUND_MODULES = ("alembic.config", "alembic.runtime.migration")


class _Noted:
    """What is noted of the command at work."""

    def __init__(self, runs: list[Outcome] | None) -> None:
        self.runs = runs
        self.database_heads: Heads | None = None


#: None in a program that is not the command.
_noted: _Noted | None = None


def assignments(config_module: ModuleType, migration: ModuleType) -> list[Assignment]:
    """What takes the place of methods in ``alembic.config`` and ``alembic.runtime.migration``."""
    upstream_run_cmd = config_module.CommandLine.run_cmd
    upstream_run = migration.MigrationContext.run_migrations

    def run_cmd(self: CommandLine, config: Config, options: Namespace) -> None:
        global _noted
        if not entry.is_command() or getattr(options, "raiseerr", False):
            upstream_run_cmd(self, config, options)
            return
        # env.py may run a command of its own.
        outer = _noted
        with collected_runs() as runs:
            noted = _noted = _Noted(runs)
            try:
                upstream_run_cmd(self, config, options)
            except BrokenPipeError:
                # Whoever read the output has enough of it.
                raise
            except Exception as error:
                _explain_at_end(error, config, noted)
                raise
            except SystemExit as exit_:
                _give_hint(exit_, config, noted)
                raise
            finally:
                _noted = outer

    def run_migrations(self: MigrationContext, **kw: Any) -> None:
        noted, planner = _noted, self._migrations_fn
        if noted is None or planner is None:
            upstream_run(self, **kw)
            return

        def plan(heads: Heads, context: MigrationContext) -> Iterable[Any]:
            noted.database_heads = tuple(heads)
            return planner(heads, context)

        with planned_by(self, plan):
            upstream_run(self, **kw)

    run_cmd.__doc__ = upstream_run_cmd.__doc__
    run_migrations.__doc__ = upstream_run.__doc__
    return [
        (config_module.CommandLine, "run_cmd", run_cmd),
        (migration.MigrationContext, "run_migrations", run_migrations),
    ]


def _explain_at_end(error: Exception, config: Config, noted: _Noted) -> None:
    """Have the explanation printed if the exception ends the process."""
    if sys.excepthook is not sys.__excepthook__:
        return

    def excepthook(
        kind: type[BaseException], value: BaseException, trace: TracebackType | None
    ) -> None:
        if value is not error:
            sys.__excepthook__(kind, value, trace)
            return
        try:
            from alembic_native.run.explanation import explain
            from alembic_native.run.paragraphs import reading_width

            text = explain(error, _circumstances(config, noted), reading_width(sys.stderr))
        except Exception as fault:
            # Whatever it is, the person gets what Python says.
            sys.__excepthook__(kind, value, trace)
            from alembic_native.upstream import faults

            faults.report(fault, "The traceback above is Python's own.")
            return
        _write(text)

    sys.excepthook = excepthook


def _give_hint(exit_: SystemExit, config: Config, noted: _Noted) -> None:
    """Print what to do about the error that Alembic has told before it ended the command."""
    from alembic.util import CommandError

    error = exit_.__context__
    while isinstance(error, SystemExit):
        error = error.__context__
    if not isinstance(error, CommandError) or getattr(config.cmd_opts, "quiet", False):
        return
    try:
        from alembic_native.printable import printable
        from alembic_native.run.hints import hint_for
        from alembic_native.run.paragraphs import reading_width, wrapped

        circumstances = _circumstances(config, noted)
        hint = printable(circumstances.secrets.masked(hint_for(error, circumstances)))
    except Exception as fault:
        # The error itself has been told.
        from alembic_native.upstream import faults

        faults.report(fault, "There is no hint for this error.")
        return
    if hint:
        _write(f"{wrapped('Hint: ', hint, reading_width(sys.stderr))}\n")


def _circumstances(config: Config, noted: _Noted) -> Circumstances:
    import alembic
    import sqlalchemy

    from alembic_native.frames import OwnFiles
    from alembic_native.run.circumstances import Circumstances
    from alembic_native.upstream.known_secrets import configuration_files_of, secrets_of

    files = configuration_files_of(config)

    def option(name: str) -> Any:
        # The configuration may be what is wrong.
        with suppress(Exception):
            return config.get_alembic_option(name)
        return None

    return Circumstances(
        command=_command_name(config),
        secrets=secrets_of(config),
        own_files=OwnFiles(os.path.dirname(str(one.__file__)) for one in (alembic, sqlalchemy)),
        configuration=files[0] if files else None,
        named_files=getattr(config.cmd_opts, "config", None) or (),
        option=option,
        runs=noted.runs,
        database_heads=noted.database_heads,
        heads=lambda: _heads(config),
    )


def _command_name(config: Config) -> str:
    function = getattr(config.cmd_opts, "cmd", [None])[0]
    return str(getattr(function, "__name__", "")).replace("_", "-")


def _heads(config: Config) -> list[Head]:
    from alembic_native.run.circumstances import Head
    from alembic_native.upstream.script_directory import directory_of

    directory = directory_of(config)
    scripts = [directory.get_revision(head) for head in directory.get_heads()]
    return [
        Head(script.revision, script.doc, str(script.path))
        for script in scripts
        if script is not None
    ]


def _write(text: str) -> None:
    if sys.stderr is None:
        return
    encoding = getattr(sys.stderr, "encoding", None) or "ascii"
    # What was printed before comes first. Either may be closed, or take no more.
    with suppress(OSError, ValueError, AttributeError):
        sys.stdout.flush()
    with suppress(OSError, ValueError):
        sys.stderr.write(text.encode(encoding, "backslashreplace").decode(encoding))
        sys.stderr.flush()
