"""``alembic`` and ``alembic.config`` are for every program what upstream makes them.

Each test is a program of its own, which has to print the same with and without the overlay.
"""

from __future__ import annotations

import pathlib
import textwrap
from importlib.metadata import version

import pytest

from tests.differential.cli_projects import LINEAR, lay_out, project
from tests.python.test_cli_imports import python

PROGRAMS = {
    "names of the package": "import alembic; print(dir(alembic))",
    "names of the configuration": """
        import alembic.config
        print(dir(alembic.config))
    """,
    "names by star": "from alembic import *; print(sorted(n for n in globals() if n[0] != '_'))",
    "a name that is not there": """
        import alembic, alembic.config
        for module in alembic, alembic.config:
            try:
                module.nosuch
            except AttributeError as error:
                print(error)
        try:
            from alembic.config import nosuch
        except ImportError as error:
            print(error)
        try:
            import alembic.nosuch
        except ImportError as error:
            print(error)
    """,
    "submodules without import": """
        import alembic
        print(alembic.autogenerate.compare_metadata.__name__, alembic.util, alembic.ddl.postgresql)
    """,
    "a module of the package first": """
        import sys
        import alembic.script.base as base
        from alembic.script import Script
        print(Script is base.Script, sys.modules["alembic.op"] is __import__("alembic").op)
        print(type(sys.modules["alembic"]), type(sys.modules["alembic.script"]))
    """,
    "the same module by every way": """
        import alembic.op, sys, importlib
        from alembic import op
        import alembic.op as third
        print(op is third is alembic.op is sys.modules["alembic.op"])
        print(op is importlib.import_module("alembic.op"))
    """,
    "a module made by hand from its spec": """
        from importlib.util import find_spec, module_from_spec
        spec = find_spec("alembic.command")
        module = module_from_spec(spec)
        spec.loader.exec_module(module)
        print(module.upgrade.__name__)
    """,
    "where they are": """
        import alembic, alembic.config, inspect
        from importlib import resources
        print(alembic.__file__, alembic.__path__, alembic.__spec__.origin, alembic.__package__)
        print(type(alembic.__spec__.loader), type(alembic.__loader__))
        print(alembic.config.__file__, alembic.config.__spec__.origin, repr(alembic.config))
        print(resources.files("alembic").joinpath("templates").is_dir())
        print(inspect.getsource(alembic.config.Config)[:40], inspect.getsource(alembic)[:40])
    """,
    "main": """
        import alembic.config, inspect, pickle
        from alembic.config import main
        print(main.__module__, main.__name__, main.__qualname__)
        print([str(p).split(":")[0] for p in inspect.signature(main).parameters.values()])
        print(pickle.loads(pickle.dumps(main)) is main is alembic.config.main)
        alembic.config.Config
        print(pickle.loads(pickle.dumps(main)) is main is alembic.config.main, main.__doc__)
        print(inspect.signature(main))
    """,
    "pickles": """
        import pickle
        from alembic.config import Config
        from alembic.util import CommandError
        print(pickle.loads(pickle.dumps(Config)) is Config)
        print(repr(pickle.loads(pickle.dumps(CommandError("x")))))
    """,
    "the names of a module that was run": """
        import runpy
        names = runpy.run_module("alembic.config", run_name="a_name")
        print(names["Config"]("x.ini").config_file_name, names["__file__"])
    """,
    "reload": """
        import alembic, alembic.config, importlib
        before = alembic.config.Config
        print(importlib.reload(alembic) is alembic)
        print(importlib.reload(alembic.config) is alembic.config)
        print(alembic.config.Config is before, alembic.config.main.__module__)
    """,
    "reload at first": """
        import alembic, alembic.config, importlib
        importlib.reload(alembic.config)
        alembic.config.main(["heads"])
    """,
    "a replaced main": """
        from unittest import mock
        import alembic.config
        with mock.patch("alembic.config.main") as main:
            alembic.config.main(["heads"])
            alembic.config.Config
            alembic.config.main(["heads"])
        print(main.mock_calls, alembic.config.main.__name__)
        alembic.config.main(["heads"])
    """,
    "a replaced command line": """
        from unittest import mock
        from alembic.config import main
        with mock.patch("alembic.config.CommandLine") as line:
            main(["heads"], prog="x")
        print(line.mock_calls)
        main(["heads"])
    """,
    "a command line set from outside": """
        import alembic.config
        class Line:
            def __init__(self, prog=None): print(prog)
            def main(self, argv=None): print(argv)
        alembic.config.CommandLine = Line
        alembic.config.main(["heads"])
    """,
    "a subclass of the command line": """
        from alembic.config import CommandLine
        class Line(CommandLine):
            def run_cmd(self, config, options):
                print("runs", options.cmd[0].__name__)
                super().run_cmd(config, options)
        Line("prog").main(["heads"])
    """,
    "a registered command": """
        from alembic.config import CommandLine
        def hello(config, rev): "Say hello."; print("hello", rev)
        line = CommandLine()
        line.register_command(hello)
        line.main(["hello", "x"])
        line.main(["heads"])
    """,
    "a replaced command": """
        import alembic.command
        from alembic.config import main
        def heads(config, verbose=False, resolve_dependencies=False): print("mine")
        heads.__module__ = "alembic.command"
        alembic.command.heads = heads
        main(["heads"])
    """,
    "a replaced output": """
        import io, sys
        from contextlib import redirect_stdout
        from alembic.config import main
        with redirect_stdout(io.StringIO()) as first:
            main(["heads"])
            main(["current"])
        import alembic.config
        with redirect_stdout(io.StringIO()) as second:
            main(["heads"])
        print(repr(first.getvalue()), repr(second.getvalue()))
    """,
    "commands by function": """
        from alembic import command
        from alembic.config import Config
        config = Config("alembic.ini")
        command.history(config)
        command.show(config, "aaaa")
    """,
    "log lines of upstream": """
        import logging, sys
        logging.basicConfig(level=logging.INFO, stream=sys.stdout, format="%(name)s %(message)s")
        from alembic.config import main
        main(["heads", "-v"])
    """,
    "the path for imports": """
        import sys
        from alembic.config import main
        for words in ["heads"], ["history"], ["current"]:
            main(words)
            print(sys.path.count("lib"), sys.path.index("lib"))
    """,
    "an error in a program": """
        from alembic.config import main
        try:
            main(["show", "nosuch"])
        except SystemExit as exit_:
            print(exit_.code)
        try:
            main(["--raiseerr", "show", "nosuch"])
        except Exception as error:
            print(type(error), error)
    """,
    "many threads": """
        import importlib, threading
        names = ["alembic.config", "alembic.command", "alembic.op", "alembic.script", "alembic"]
        found = []
        def look(number):
            import alembic
            if number % 2:
                found.append(alembic.context is not None)
            else:
                import alembic.config
                found.append(alembic.config.Config is not None)
        threads = [threading.Thread(target=look, args=(n,)) for n in range(16)]
        [t.start() for t in threads]
        [t.join() for t in threads]
        print(found)
    """,
    "the operation for PostgreSQL": """
        from alembic import op
        from alembic.operations import BatchOperations, Operations
        from alembic.migration import MigrationContext
        for owner in op, Operations, BatchOperations:
            print(callable(owner.create_exclude_constraint))
        context = MigrationContext.configure(dialect_name="postgresql", opts={"as_sql": True})
        from sqlalchemy import column
        operations = Operations(context)
        operations.create_exclude_constraint("x", "t", (column("a"), "="))
        with operations.batch_alter_table("t") as batch:
            batch.create_exclude_constraint("y", (column("a"), "="))
        print(Operations.create_exclude_constraint.__doc__[:30])
    """,
    "the operation for PostgreSQL elsewhere": """
        from alembic.operations import Operations
        from alembic.migration import MigrationContext
        from sqlalchemy import column
        context = MigrationContext.configure(dialect_name="sqlite", opts={"as_sql": True})
        try:
            Operations(context).create_exclude_constraint("x", "t", (column("a"), "="))
        except Exception as error:
            print(type(error), error)
    """,
    "the operation for PostgreSQL, looked at": """
        import inspect
        from alembic.operations import BatchOperations, Operations
        for owner in Operations, BatchOperations:
            print(inspect.getfullargspec(owner.create_exclude_constraint))
            print(owner.create_exclude_constraint.__doc__)
        import alembic.op
        print(alembic.op.create_exclude_constraint.__doc__)
    """,
    "the operation for PostgreSQL, mocked": """
        from unittest import mock
        from alembic import op
        with mock.patch("alembic.op.create_exclude_constraint") as mocked:
            from sqlalchemy.dialects import postgresql
            op.create_exclude_constraint("a", "t", ("x", "="))
        print(mocked.mock_calls)
    """,
    "the operation for PostgreSQL, patched": """
        from unittest import mock
        from alembic.migration import MigrationContext
        from alembic.operations import Operations
        patched = lambda self, *arguments: print("patched")
        with mock.patch.object(Operations, "create_exclude_constraint", patched):
            from sqlalchemy.dialects import postgresql
            print(Operations.create_exclude_constraint is patched)
        context = MigrationContext.configure(dialect_name="postgresql", opts={"as_sql": True})
        Operations(context).create_exclude_constraint("x", "t", ("a", "="))
    """,
    "the operation for PostgreSQL, a program's own": """
        from alembic.migration import MigrationContext
        from alembic.operations import MigrateOperation, Operations
        @Operations.register_operation("create_exclude_constraint")
        class Mine(MigrateOperation):
            @classmethod
            def create_exclude_constraint(cls, operations, *arguments):
                print("mine", arguments)
        context = MigrationContext.configure(dialect_name="postgresql", opts={"as_sql": True})
        Operations(context).create_exclude_constraint("x", "t", ("a", "="))
    """,
    "threads that come to PostgreSQL by several ways": """
        import inspect, threading
        import alembic.command, sqlalchemy
        from alembic.migration import MigrationContext
        from alembic.operations import Operations
        def by_name():
            MigrationContext.configure(dialect_name="postgresql").impl
        def by_engine():
            sqlalchemy.create_engine("postgresql+psycopg2://nobody@localhost/none")
            by_name()
        def by_import():
            from alembic.ddl.postgresql import PostgresqlImpl
        def by_operation():
            inspect.getmembers(Operations)
        start = threading.Barrier(8)
        found = []
        def run(way):
            start.wait()
            try:
                way()
                found.append("done")
            except BaseException as error:
                found.append(repr(error))
        ways = [by_name, by_engine, by_import, by_operation] * 2
        threads = [threading.Thread(target=run, args=(way,)) for way in ways]
        [t.start() for t in threads]
        [t.join() for t in threads]
        print(found)
    """,
    "the implementation for PostgreSQL": """
        import alembic
        from unittest import mock
        from alembic.ddl.impl import DefaultImpl
        dialect = mock.Mock()
        dialect.name = "postgresql"
        print(DefaultImpl.get_by_dialect(dialect))
        dialect.name = "nosuch"
        try:
            DefaultImpl.get_by_dialect(dialect)
        except KeyError as error:
            print(error)
    """,
    "SQLAlchemy's dialect": """
        import alembic.op
        from alembic.ddl.base import RenameTable
        from sqlalchemy.dialects import postgresql
        print(RenameTable("a", "b").compile(dialect=postgresql.dialect()))
    """,
    "mistakes in templates": """
        import alembic.op
        from mako import exceptions
        from mako.template import Template
        import mako.exceptions
        try:
            Template("${x(").render()
        except exceptions.MakoException as error:
            print(type(error), mako.exceptions.html_error_template().render()[:200])
    """,
}


@pytest.mark.parametrize("what", list(PROGRAMS))
def test_a_program(tmp_path: pathlib.Path, what: str) -> None:
    ini = "[alembic]\nscript_location = migrations\nprepend_sys_path = lib\npath_separator = os\n"
    lay_out(project(*LINEAR, files={"alembic.ini": ini}), tmp_path)
    program = textwrap.dedent(PROGRAMS[what])
    native = python("-c", program, folder=tmp_path)
    assert native == python("-c", program, folder=tmp_path, ALEMBIC_NATIVE="0")
    assert native


def test_the_configuration_run_as_a_program(tmp_path: pathlib.Path) -> None:
    """``python -m alembic.config`` ran a copy of upstream's classes, without all that is ours."""
    lay_out(project(*LINEAR), tmp_path)
    heads = ("-m", "alembic.config", "heads", "-v")
    assert python(*heads, folder=tmp_path) == python(*heads, folder=tmp_path, ALEMBIC_NATIVE="0")
    assert "--json" in python("-m", "alembic.config", "status", "--help", folder=tmp_path)


def test_a_plugin_of_another_distribution_is_loaded_first(tmp_path: pathlib.Path) -> None:
    """A plugin may print, or register commands: every command line is upstream's then."""
    lay_out(project(*LINEAR), tmp_path / "project")
    lay_out(
        {
            "plugin.py": "def setup(plugin): print('set up', plugin.name)\n",
            "plugin-1.0.dist-info/METADATA": "Metadata-Version: 2.1\nName: plugin\nVersion: 1.0\n",
            "plugin-1.0.dist-info/entry_points.txt": "[alembic.plugins]\nmine = plugin\n",
        },
        tmp_path / "installed",
    )
    program = "from alembic.config import main; main(['heads'])"
    native, upstream = (
        python(
            "-c",
            program,
            folder=tmp_path / "project",
            PYTHONPATH=str(tmp_path / "installed"),
            ALEMBIC_NATIVE=overlay,
        )
        for overlay in ("1", "0")
    )
    assert native == upstream
    loads_plugins = [int(number) for number in version("alembic").split(".")[:2]] >= [1, 18]
    assert native.startswith("set up mine\n") == loads_plugins
