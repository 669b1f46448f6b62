"""The logging of a program, before, during and after a command that it calls."""

from __future__ import annotations

import argparse
import logging
import logging.config
import os
import pathlib
import sys
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from alembic import command
from alembic.config import Config, main
from alembic.util import CommandError

from tests.locking.database import state, upgraded
from tests.locking.projects import Project

#: What the tests configure: `shop` and its handlers are those of the program.
PROGRAM = ("shop", "shop.orders", "made_by_env", "alembic", "sqlalchemy.engine")


def configuration(project: Project, url: str) -> Config:
    config = Config(project.ini)
    config.set_main_option("sqlalchemy.url", url)
    return config


def logging_state() -> dict[str, Any]:
    """All of it that a configuration can change."""
    loggers = [logging.getLogger(), *(logging.getLogger(name) for name in PROGRAM)]
    found: dict[str, Any] = {
        one.name: (one.disabled, one.level, one.propagate, one.handlers[:], one.filters[:])
        for one in loggers
    }
    handlers = [handler for one in loggers for handler in one.handlers]
    found["handlers"] = [(one, one.level, one.formatter, one.filters[:]) for one in handlers]
    found["names"] = dict(logging._handlers)  # type: ignore[attr-defined]
    return found


@pytest.fixture(autouse=True)
def program(monkeypatch: pytest.MonkeyPatch, tmp_path: pathlib.Path) -> Iterator[pathlib.Path]:
    """A program that logs into the file it gives; its loggers are enabled, and as they were after
    the test."""
    monkeypatch.delenv("DATABASE_URL", raising=False)
    loggers = [logging.getLogger(), *(logging.getLogger(name) for name in PROGRAM)]
    saved = [
        (one, one.disabled, one.level, one.propagate, one.handlers[:], one.filters[:])
        for one in loggers
    ]
    file = tmp_path / "program.log"
    # Closed and opened again, it would begin with an empty file, or not at all.
    handler = logging.FileHandler(file, mode="w")
    handler.setFormatter(logging.Formatter("%(name)s: %(message)s"))
    handler.name = "console"
    logging.getLogger().addHandler(handler)
    logging.getLogger("shop").setLevel(logging.INFO)
    yield file
    handler.close()
    for one, disabled, level, propagate, handlers, filters in saved:
        one.disabled, one.propagate, one.filters = disabled, propagate, filters
        one.handlers = handlers
        one.setLevel(level)


def write_env(project: Project, *, before: str = "", after: str = "") -> None:
    """Put source before the first line of `env.py` that does something, and at its end."""
    path = project.folder / "env.py"
    text = path.read_text()
    anchor = "config = context.config\n"
    path.write_text(text.replace(anchor, anchor + before, 1) + after)


def test_what_env_py_configures_ends_with_its_run(
    steps: Project, sqlite_url: str, program: pathlib.Path
) -> None:
    """After an upgrade within the application nothing was logged: `fileConfig` in env.py had
    disabled its loggers, taken its handlers away and closed them."""
    shop = logging.getLogger("shop")
    shop.info("before")
    before = logging_state()
    write_env(
        steps,
        after="config.attributes['seen'] = (logging.getLogger('shop').disabled, "
        "logging.getLogger('alembic').level, [type(h) for h in logging.getLogger().handlers])\n",
    )
    config = configuration(steps, sqlite_url)
    for _ in range(2):
        command.upgrade(config, "head")
        assert config.attributes["seen"] == (True, logging.INFO, [logging.StreamHandler])
        assert logging_state() == before
        shop.info("after")
    assert program.read_text() == "shop: before\nshop: after\nshop: after\n"
    assert state(sqlite_url) == upgraded(steps)


DICT_CONFIG = """
logging.config.dictConfig({
    "version": 1,
    "handlers": {"console": {"class": "logging.StreamHandler", "level": "ERROR"}},
    "root": {"level": "ERROR", "handlers": ["console"]},
    "loggers": {"shop": {"level": "CRITICAL", "propagate": False},
                "made_by_env_py": {"level": "DEBUG", "handlers": ["console"]}},
})
"""
INCREMENTAL = """
logging.config.dictConfig({
    "version": 1, "incremental": True, "handlers": {"console": {"level": "ERROR"}},
    "loggers": {"shop": {"level": "CRITICAL"}}, "root": {"level": "ERROR"},
})
"""
FORCED = "logging.basicConfig(level='ERROR', force=True)\n"
IMPORTED_EARLIER = "import tests.python.run.test_kept_logging as earlier\nearlier.configure()\n"


def configure(configure: Any = logging.config.dictConfig) -> None:
    """As a function of the program that `env.py` calls."""
    configure({"version": 1, "root": {"level": "ERROR", "handlers": []}})


@pytest.mark.parametrize("source", [DICT_CONFIG, INCREMENTAL, FORCED, IMPORTED_EARLIER])
def test_other_ways_to_configure(
    steps: Project, sqlite_url: str, program: pathlib.Path, source: str
) -> None:
    write_env(steps, after=source + "assert logging.getLogger().level == logging.ERROR\n")
    before = logging_state()
    command.upgrade(configuration(steps, sqlite_url), "head")
    assert logging_state() == before
    logging.getLogger("shop").info("after")
    assert program.read_text() == "shop: after\n"
    made = logging.getLogger("made_by_env_py")
    assert (made.disabled, made.level, made.handlers) == (False, logging.NOTSET, [])


def test_handlers_of_the_run_are_closed(
    steps: Project, sqlite_url: str, program: pathlib.Path, tmp_path: pathlib.Path
) -> None:
    log = tmp_path / "run.log"
    ini = steps.ini.read_text()
    steps.ini.write_text(
        ini.replace("class = StreamHandler", "class = FileHandler").replace(
            "args = (sys.stderr,)", f"args = ({str(log)!r},)"
        )
    )
    write_env(steps, after="config.attributes['handler'] = logging.getLogger().handlers[0]\n")
    config = configuration(steps, sqlite_url)
    command.upgrade(config, "head")
    assert "Running upgrade" in log.read_text()
    assert config.attributes["handler"].stream is None
    assert "Running upgrade" not in program.read_text()


@pytest.mark.parametrize(
    ("ending", "error"),
    [("raise ZeroDivisionError('of env.py')", ZeroDivisionError), ("sys.exit(3)", SystemExit)],
)
def test_env_py_that_does_not_end_well(
    steps: Project,
    sqlite_url: str,
    ending: str,
    error: type[BaseException],
) -> None:
    write_env(steps, after=f"import sys\n{ending}\n")
    before = logging_state()
    with pytest.raises(error) as raised:
        command.upgrade(configuration(steps, sqlite_url), "head")
    assert logging_state() == before
    assert pathlib.Path(str(raised.traceback[-1].path)).name == "env.py"


def test_a_configuration_that_fails_half_way(steps: Project, sqlite_url: str) -> None:
    steps.ini.write_text(steps.ini.read_text().replace("level = INFO", "level = LOUD"))
    before = logging_state()
    with pytest.raises(ValueError, match="LOUD"):
        command.upgrade(configuration(steps, sqlite_url), "head")
    assert logging_state() == before


def test_a_command_within_a_command(
    steps: Project, sqlite_url: str, tmp_path: pathlib.Path
) -> None:
    """When the inner one ends, the logging is that of the outer one's env.py."""
    inner = Project(tmp_path / "inner", 1)
    write_env(
        steps,
        after="from alembic import command\nfrom alembic.config import Config\n"
        f"inner = Config({str(inner.ini)!r})\n"
        f"inner.set_main_option('sqlalchemy.url', 'sqlite:///{tmp_path / 'inner.db'}')\n"
        "handlers = logging.getLogger().handlers[:]\n"
        "command.upgrade(inner, 'head')\n"
        "assert logging.getLogger().handlers == handlers\n"
        "assert logging.getLogger('shop').disabled\n",
    )
    before = logging_state()
    # How Alembic's own command ends around another one.
    with pytest.raises(KeyError, match=r"config|script"):
        command.upgrade(configuration(steps, sqlite_url), "head")
    assert logging_state() == before
    assert state(f"sqlite:///{tmp_path / 'inner.db'}") == upgraded(inner)


def test_another_thread_configures_logging_meanwhile(steps: Project, sqlite_url: str) -> None:
    """What it configured stays, of loggers that env.py had changed as well."""
    mine = logging.NullHandler()

    def configure() -> None:
        logging.config.dictConfig(
            {
                "version": 1,
                "disable_existing_loggers": False,
                "handlers": {"mine": {"()": lambda: mine}},
                "root": {"level": "CRITICAL", "handlers": ["mine"]},
                "loggers": {"shop.orders": {"level": "DEBUG"}},
            }
        )

    thread = threading.Thread(target=configure)
    write_env(steps, after="config.attributes['meanwhile']()\n")
    config = configuration(steps, sqlite_url)

    def meanwhile() -> None:
        thread.start()
        thread.join(60)

    config.attributes["meanwhile"] = meanwhile
    command.upgrade(config, "head")
    assert logging.getLogger().handlers == [mine]
    assert logging.getLogger().level == logging.CRITICAL
    assert logging.getLogger("shop.orders").level == logging.DEBUG
    assert not logging.getLogger("shop").disabled


def test_a_module_that_env_py_is_the_first_to_import_configures_logging(
    steps: Project,
    sqlite_url: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """It does so once in the life of the process."""
    source = (
        "import logging.config\n"
        "logging.config.dictConfig({'version': 1, 'disable_existing_loggers': False,\n"
        "    'handlers': {'a': {'class': 'logging.NullHandler'}},\n"
        "    'loggers': {'shop': {'level': 'WARNING', 'handlers': ['a']}}})\n"
    )
    (steps.folder / "shop_logging.py").write_text(source)
    monkeypatch.syspath_prepend(str(steps.folder))
    monkeypatch.delitem(sys.modules, "shop_logging", raising=False)
    write_env(steps, after="import shop_logging\n")
    command.upgrade(configuration(steps, sqlite_url), "head")
    shop = logging.getLogger("shop")
    assert (shop.level, len(shop.handlers), shop.disabled) == (logging.WARNING, 1, False)
    sys.modules.pop("shop_logging")


def test_the_handlers_of_pytest_are_there_again(
    steps: Project,
    sqlite_url: str,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Behind an upgrade in a fixture `caplog` stayed empty."""
    command.upgrade(configuration(steps, sqlite_url), "head")
    logging.getLogger("shop").info("after")
    assert caplog.messages == ["after"]


def test_options_without_a_command_are_those_of_a_program(steps: Project, sqlite_url: str) -> None:
    """So `env.py` sees what is given with `-x`, and Flask-Migrate always gives some."""
    config = configuration(steps, sqlite_url)
    config.cmd_opts = argparse.Namespace(x=["tenant=one"])
    before = logging_state()
    command.upgrade(config, "head")
    assert logging_state() == before


def test_the_command_line_keeps_the_logging_of_env_py(
    steps: Project, sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", sqlite_url)
    main([*steps.command(), "current"])
    assert logging.getLogger("shop").disabled


def test_keep_logging_off(
    steps: Project,
    sqlite_url: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    config = configuration(steps, sqlite_url)
    config.set_main_option("keep_logging", "off")
    command.upgrade(config, "head")
    assert logging.getLogger("shop").disabled
    monkeypatch.setenv("ALEMBIC_KEEP_LOGGING", "perhaps")
    with pytest.raises(CommandError) as raised:
        command.downgrade(config, "base")
    assert str(raised.value) == (
        "the environment variable ALEMBIC_KEEP_LOGGING is 'perhaps', and has to be 'on' or 'off'."
    )
    assert state(sqlite_url) == upgraded(steps)


def test_logging_itself_is_as_it_was(steps: Project, sqlite_url: str) -> None:
    functions = (logging.config.fileConfig, logging.config.dictConfigClass, logging.basicConfig)
    command.upgrade(configuration(steps, sqlite_url), "head")
    assert functions == (
        logging.config.fileConfig,
        logging.config.dictConfigClass,
        logging.basicConfig,
    )


def test_a_worker_that_was_forked_after_an_upgrade_logs(
    steps: Project, sqlite_url: str, program: pathlib.Path
) -> None:
    command.upgrade(configuration(steps, sqlite_url), "head")
    child = os.fork()
    if child == 0:
        command.downgrade(configuration(steps, sqlite_url), "base")
        logging.getLogger("shop").info("of the worker")
        os._exit(0)
    assert os.waitpid(child, 0)[1] == 0
    logging.getLogger("shop").info("of the parent")
    assert program.read_text() == "shop: of the worker\nshop: of the parent\n"
