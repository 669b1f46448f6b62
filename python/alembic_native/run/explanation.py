"""An exception that ended a command, for the person who reads it in place of Python's traceback.

First the frames of the project's own files, then the exception, then a paragraph::

      File "/srv/app/migrations/versions/27c6_customers.py", line 14, in upgrade
        op.create_table(
    sqlalchemy.exc.ProgrammingError: (psycopg2.errors.DuplicateTable) relation "customer" ...

    Where:      upgrade ae10 -> 27c6, customers: /srv/.../27c6_customers.py, line 14
    Statement:  CREATE TABLE customer (id INTEGER NOT NULL, PRIMARY KEY (id))
    Database:   app at localhost:5432, user anne (postgresql, psycopg2)
    Committed:  Nothing. Rolled back: ae10.
    What to do: ...
    Traceback:  `alembic --raiseerr upgrade ...` shows all of it.

No password is in it, no value that was bound to a statement, and no control character.
"""

from __future__ import annotations

import traceback
from collections.abc import Iterator, Sequence
from typing import Any

from alembic_native.frames import Frame, innermost_frame, lines_of, own_frames
from alembic_native.printable import printable
from alembic_native.run.advice import advice
from alembic_native.run.circumstances import Circumstances
from alembic_native.run.committed import what_was_committed
from alembic_native.run.database_failures import failure_of, is_database_error
from alembic_native.run.failed_database import database_in_words, url_of
from alembic_native.run.paragraphs import wrapped
from alembic_native.run.step_text import text_of

_LONGEST_MESSAGE = 2_000
_LONGEST_STATEMENT = 500
_LONGEST_LINE = 3_000
_MOST_CAUSES = 5
_MOST_OF_GROUP = 5
_INDENT = 12
_CHANGING = ("upgrade", "downgrade", "stamp")


def explain(error: BaseException, circumstances: Circumstances, width: int = 100) -> str:
    """The text, which ends with a line break. Lines of the paragraph are ``width`` wide."""
    chain = _chain(error)
    errors = [one for _, one in chain]
    frames: list[Frame] = []
    for one in errors:
        frames = frames or own_frames(one, circumstances.own_files)
    url = url_of(errors)
    secrets = circumstances.secrets
    if url is not None:
        secrets.add_url(url.render_as_string(hide_password=False))
    statement = _statement(errors)
    dialect = "" if url is None else url.get_backend_name()
    secrets.add_statement(statement, dialect)

    lines = [*lines_of(frames), *_exception(error)]
    lines += [line for relation, cause in chain[1:] for line in _cause(relation, cause)]
    lines += _group(error)
    lines.append("")
    facts = [
        ("Where", _where(error, frames, circumstances)),
        ("Statement", _shortened(secrets.masked_statement(statement, dialect))),
        ("Database", "" if url is None else database_in_words(url)),
        ("Committed", _committed(url, circumstances)),
        ("What to do", advice(_that_matters(errors), url, circumstances)),
        ("Traceback", f"`alembic --raiseerr {circumstances.command} ...` shows all of it."),
    ]
    labels = tuple(f"{name + ':':{_INDENT}}" for name, _ in facts)
    # A path is copied as a whole.
    in_paragraphs = labels[1:]
    lines += [f"{label}{text}" for label, (_, text) in zip(labels, facts, strict=True) if text]
    # A secret may reach over lines.
    masked = secrets.masked("\n".join(lines)).split("\n")
    shown = [printable(_cut(line.expandtabs(), _LONGEST_LINE)) for line in masked]
    lines = [
        wrapped(line[:_INDENT], line[_INDENT:], width) if line.startswith(in_paragraphs) else line
        for line in shown
    ]
    return "".join(f"{line}\n" for line in lines)


def message_of(error: BaseException) -> str:
    """``str(error)``, shortened, whatever that raises. Without SQLAlchemy's further lines."""
    try:
        text = str(error.orig if is_database_error(error) else error)  # type: ignore[attr-defined]
    except Exception as raised:
        return f"(its message cannot be shown: {type(raised).__name__})"
    return _cut(text.strip("\n"), _LONGEST_MESSAGE)


def _exception(error: BaseException) -> Iterator[str]:
    """As Python says it."""
    if isinstance(error, SyntaxError):
        for text in traceback.format_exception_only(type(error), error):
            yield from text.rstrip("\n").split("\n")
        return
    message = message_of(error)
    if is_database_error(error):
        origin = error.orig  # type: ignore[attr-defined]
        if type(origin).__module__.startswith("sqlalchemy") and origin.__cause__ is not None:
            # Of a driver for asyncio, whose own error it stands for.
            origin = origin.__cause__
        message = f"({_type_name(origin)}) {message}"
    kind = _type_name(error)
    yield from (f"{kind}: {message}" if message else kind).split("\n")
    for note in getattr(error, "__notes__", ()):
        yield from _cut(str(note), _LONGEST_MESSAGE).split("\n")


def _cause(relation: str, cause: BaseException) -> Iterator[str]:
    where = innermost_frame(cause)
    place = f", raised at {where.file}, line {where.line}" if where else ""
    first, *_ = [*_exception(cause), ""] if not isinstance(cause, SyntaxError) else [
        f"SyntaxError: {cause}"
    ]  # fmt: skip
    yield f"{relation} {first}{place}"


def _group(error: BaseException) -> Iterator[str]:
    """The exceptions of a group, those of inner groups too."""
    leaves = list(_leaves(error))
    for leaf in leaves[:_MOST_OF_GROUP]:
        yield from _cause("One of them:", leaf)
    if len(leaves) > _MOST_OF_GROUP:
        yield f"And {len(leaves) - _MOST_OF_GROUP} more."


def _leaves(error: BaseException) -> Iterator[BaseException]:
    waiting = list(getattr(error, "exceptions", ()))
    while waiting:
        one = waiting.pop(0)
        inner = getattr(one, "exceptions", None)
        if isinstance(inner, tuple):
            waiting[:0] = inner
        elif isinstance(one, BaseException):
            yield one


def _chain(error: BaseException) -> list[tuple[str, BaseException]]:
    """The exception and what it came from, which drivers' own errors are not."""
    found = [("", error)]
    seen = {id(error)}
    current = error
    while len(found) <= _MOST_CAUSES:
        relation, following = "Caused by", current.__cause__
        if following is None and not current.__suppress_context__:
            relation, following = "While this was handled:", current.__context__
        if following is None or id(following) in seen:
            break
        seen.add(id(following))
        # What stands behind an error of the database is a part of it.
        if failure_of(current) is not None or is_database_error(current):
            break
        found.append((relation, following))
        current = following
    return found


def _that_matters(errors: Sequence[BaseException]) -> BaseException:
    """The one of a chain, or in a group, of which more is known than its message."""
    known = [*errors, *_leaves(errors[0])]
    for one in known:
        if is_database_error(one) or failure_of(one) is not None or isinstance(one, ImportError):
            return one
    return errors[0]


def _statement(errors: Sequence[BaseException]) -> str:
    for one in [*errors, *_leaves(errors[0])]:
        statement = getattr(one, "statement", None)
        if isinstance(statement, str):
            return statement
    return ""


def _where(error: BaseException, frames: Sequence[Frame], circumstances: Circumstances) -> str:
    run = circumstances.last_run
    # Alembic's text has two spaces for no revision.
    step = "" if run is None or run.step is None else " ".join(text_of(run.step).split())
    if isinstance(error, SyntaxError) and error.filename:
        place = f"{error.filename}, line {error.lineno}"
    elif frames:
        place = f"{frames[-1].file}, line {frames[-1].line}"
    else:
        innermost = innermost_frame(error)
        place = "" if innermost is None else f"{innermost.file}, line {innermost.line}"
    return ": ".join(part for part in (step, place) if part)


def _committed(url: Any, circumstances: Circumstances) -> str:
    if circumstances.command not in _CHANGING or circumstances.runs is None:
        return ""
    return what_was_committed(circumstances.runs, url)


def _shortened(statement: str) -> str:
    return _cut(" ".join(statement.split()), _LONGEST_STATEMENT)


def _cut(text: str, longest: int) -> str:
    """The beginning of a long text; a URL is kept or left out as a whole, for it is masked so."""
    if len(text) <= longest:
        return text
    kept = text[:longest]
    last_word = kept[max(kept.rfind(" "), kept.rfind("\n")) + 1 :]
    if "://" in last_word:
        kept = kept[: -len(last_word)]
    return f"{kept} ... ({len(text)} characters)"


def _type_name(error: BaseException) -> str:
    kind = type(error)
    module = kind.__module__
    return (
        kind.__qualname__ if module in ("builtins", "__main__") else f"{module}.{kind.__qualname__}"
    )
