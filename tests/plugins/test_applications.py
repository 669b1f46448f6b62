"""Web applications that upgrade their database themselves, and log and serve afterwards."""

from __future__ import annotations

import contextlib
import pathlib
import signal
import subprocess
import urllib.request
from collections.abc import Iterator

import sqlalchemy as sa

from tests.environments import VirtualEnvironment, clean_environment

SCRIPT = """
import sqlalchemy as sa
from alembic import op
revision = "a1"
down_revision = None

def upgrade():
    op.create_table("visitor", sa.Column("id", sa.Integer, primary_key=True))
"""

LOGGING = """
import logging.config
logging.config.dictConfig({
    "version": 1, "disable_existing_loggers": False,
    "handlers": {"file": {"class": "logging.FileHandler", "filename": "shop.log", "mode": "w"}},
    "root": {"handlers": ["file"]},
    "loggers": {"shop": {"level": "INFO"}, "app": {"level": "INFO"}},
})
log = logging.getLogger("shop")
log.info("before")
"""

FASTAPI = """
import contextlib, os
from alembic import command
from alembic.config import Config
from fastapi import FastAPI

@contextlib.asynccontextmanager
async def lifespan(app):
    config = Config("alembic.ini")
    config.set_main_option("sqlalchemy.url", os.environ["DATABASE_URL"])
    command.upgrade(config, "head")
    log.info("after")
    yield
    log.info("the end")

app = FastAPI(lifespan=lifespan)

@app.get("/")
def visit() -> str:
    log.info("a visit")
    return "welcome"
"""


@contextlib.contextmanager
def serving(command: list[str], says: str, folder: pathlib.Path, url: str) -> Iterator[str]:
    """The address of a server, which stands behind what it ``says`` when it is ready."""
    server = subprocess.Popen(
        command,
        cwd=folder,
        env=clean_environment(DATABASE_URL=url),
        stderr=subprocess.PIPE,
        text=True,
    )
    with server:
        assert server.stderr is not None
        lines = []
        try:
            while says not in (line := server.stderr.readline()):
                assert line, lines
                lines.append(line)
            yield line.partition(says)[2].split()[0]
            server.send_signal(signal.SIGTERM)
            server.communicate(timeout=30)
        finally:
            server.kill()


def visit(address: str) -> str:
    with urllib.request.urlopen(address, timeout=30) as answer:
        text: str = answer.read().decode()
        return text


def test_the_lifespan_of_fastapi(
    plugins: VirtualEnvironment, postgres_url: str, tmp_path: pathlib.Path
) -> None:
    """The asynchronous env.py failed in the loop of the server; else it took all its logging."""
    plugins.succeed("alembic", "init", "-t", "async", "migrations", folder=tmp_path)
    (tmp_path / "migrations" / "versions" / "a1.py").write_text(SCRIPT)
    (tmp_path / "main.py").write_text(LOGGING + FASTAPI)
    url = postgres_url.replace("psycopg2", "asyncpg")
    command = [plugins.program("uvicorn"), "main:app", "--port", "0"]
    with serving(command, "Uvicorn running on ", tmp_path, url) as address:
        assert visit(address) == '"welcome"'
    assert sa.inspect(sa.create_engine(postgres_url)).has_table("visitor")
    assert (tmp_path / "shop.log").read_text() == "before\nafter\na visit\nthe end\n"


GUNICORN = """
import os
from alembic import command
from alembic.config import Config

config = Config("alembic.ini")
config.set_main_option("sqlalchemy.url", os.environ["DATABASE_URL"])
command.upgrade(config, "head")
log.info("after")

def app(environment, start_response):
    log.info("a visit")
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [b"welcome"]
"""


def test_the_workers_that_gunicorn_forks_after_an_upgrade(
    plugins: VirtualEnvironment, postgres_url: str, tmp_path: pathlib.Path
) -> None:
    """The loggers of the workers were disabled by the upgrade of the process they came from."""
    plugins.succeed("alembic", "init", "migrations", folder=tmp_path)
    (tmp_path / "migrations" / "versions" / "a1.py").write_text(SCRIPT)
    (tmp_path / "main.py").write_text(LOGGING + GUNICORN)
    command = [plugins.program("gunicorn"), "--preload", "--workers", "2", "main:app"]
    command += ["--bind", "127.0.0.1:0"]
    with serving(command, "Listening at: ", tmp_path, postgres_url) as address:
        assert [visit(address) for _ in range(4)] == ["welcome"] * 4
    assert sa.inspect(sa.create_engine(postgres_url)).has_table("visitor")
    assert (tmp_path / "shop.log").read_text() == "before\nafter\n" + "a visit\n" * 4


FLASK = """
import os
from flask import Flask
from flask_migrate import Migrate, upgrade
from flask_sqlalchemy import SQLAlchemy

app = Flask(__name__)
app.config["SQLALCHEMY_DATABASE_URI"] = os.environ["DATABASE_URL"]
Migrate(app, SQLAlchemy(app))

def start():
    with app.app_context():
        upgrade()
    log.info("after")
    app.logger.info("of Flask")
"""


def test_flask_migrate_within_the_application(
    plugins: VirtualEnvironment, postgres_url: str, tmp_path: pathlib.Path
) -> None:
    (tmp_path / "app.py").write_text(LOGGING + FLASK)
    environment = {"folder": tmp_path, "DATABASE_URL": postgres_url}
    plugins.succeed("flask", "db", "init", **environment)
    (tmp_path / "migrations" / "versions" / "a1.py").write_text(SCRIPT)
    plugins.succeed("python", "-c", "import app; app.start()", **environment)
    assert sa.inspect(sa.create_engine(postgres_url)).has_table("visitor")
    assert (tmp_path / "shop.log").read_text() == "before\nafter\nof Flask\n"
