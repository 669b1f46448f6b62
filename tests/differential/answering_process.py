"""Answers questions about histories with the Alembic of this interpreter; run as a program.

Reads one JSON object a line from standard input and writes one a line to standard output. A
question is a history with calls to make on it (``revisions`` and ``calls``) or a project on disk
(``project``); the answer holds one outcome for loading it and one for each call:
``{"value": ...}``, ``{"error": ...}`` or ``{"hangs": true}``, each with the warnings it gave.

With ``ALEMBIC_NATIVE=0`` in the environment it is upstream that answers. The order in which
revision objects are made is part of a question (``allocation``), because upstream keeps them in
sets and walks those in the order of their addresses. ``PYTHONHASHSEED`` decides the order of its
sets of names.
"""

from __future__ import annotations

import io
import json
import os
import random
import re
import signal
import sys
import types
import warnings
from collections.abc import Callable, Iterator
from typing import Any

from alembic.runtime import migration
from alembic.runtime.migration import HeadMaintainer, MigrationContext, RevisionStep, StampStep
from alembic.script import base
from alembic.script import revision as revision_module
from alembic.script.base import ScriptDirectory
from alembic.script.revision import Revision, RevisionMap

#: Processor seconds after which a call counts as one that never ends.
PATIENCE = 0.4


IS_NATIVE = revision_module.__file__ != os.path.join(os.path.dirname(base.__file__), "revision.py")


class Hangs(BaseException):
    """The call took longer than anything of its size could."""


def _interrupt(*_arguments: object) -> None:
    raise Hangs


class Script(Revision):
    """A revision that can be a step of an upgrade."""

    module = types.SimpleNamespace(upgrade=lambda: None, downgrade=lambda: None)
    doc = "a step"


# -- values as JSON ------------------------------------------------------------------------------


def encoded(value: Any) -> Any:
    if isinstance(value, Revision):
        return {"revision": value.revision}
    if isinstance(value, tuple):
        return {"tuple": [encoded(one) for one in value]}
    if isinstance(value, (set, frozenset)):
        return {"set": sorted((encoded(one) for one in value), key=repr)}
    if isinstance(value, list):
        return [encoded(one) for one in value]
    if isinstance(value, (RevisionStep, StampStep)):
        return {"step": [str(value), encoded(value.from_revisions), encoded(value.to_revisions)]}
    if isinstance(value, dict):
        return {key: encoded(one) for key, one in value.items()}
    if value is None or isinstance(value, (str, int, bool)):
        return value
    return {"object": type(value).__name__}


def _error(error: BaseException) -> dict[str, Any]:
    argument = error.args[0] if error.args else ""
    return {
        "type": type(error).__name__,
        "parents": [one.__name__ for one in type(error).__mro__],
        "message": str(error),
        "argument": getattr(error, "missing", argument if isinstance(argument, str) else ""),
    }


def outcome(call: Callable[[], Any]) -> dict[str, Any]:
    result: dict[str, Any]
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        signal.setitimer(signal.ITIMER_VIRTUAL, PATIENCE)
        try:
            result = {"value": encoded(call())}
        except Hangs:
            result = {"hangs": True}
        except Exception as error:
            result = {"error": _error(error)}
        finally:
            signal.setitimer(signal.ITIMER_VIRTUAL, 0)
    result["warnings"] = [str(one.message) for one in caught]
    return result


# -- histories of Revision objects ---------------------------------------------------------------


def _made(record: dict[str, Any]) -> Revision | Exception:
    shape = tuple if record["shape"] == "tuple" else list

    def given(value: Any) -> Any:
        return shape(value) if isinstance(value, list) else value

    try:
        return Script(
            record["id"],
            given(record["down"]),
            dependencies=given(record["depends"]),
            branch_labels=given(record["labels"]),
        )
    except Exception as error:
        return error


def _revisions(records: list[dict[str, Any]], allocation: int) -> list[Revision | Exception]:
    order = list(range(len(records)))
    garbage: list[Any] = []
    if allocation:
        random.Random(allocation).shuffle(order)
    made: dict[int, Revision | Exception] = {}
    for place in order:
        made[place] = _made(records[place])
        garbage.append([object() for _ in range(allocation % 7)])
    return [made[place] for place in range(len(records))]


def _generated(revisions: list[Revision | Exception]) -> Iterator[Revision]:
    for one in revisions:
        if isinstance(one, Exception):
            raise one
        yield one


def _state(map_: RevisionMap) -> dict[str, Any]:
    table = map_._revision_map
    state = {
        "heads": map_.heads,
        "bases": map_.bases,
        "real heads": map_._real_heads,
        "real bases": map_._real_bases,
        "ids": [name for name, one in table.items() if one and one.revision == name],
        "names": {name: one.revision for name, one in table.items() if one is not None},
    }
    for name, one in table.items():
        if one is not None and one.revision == name:
            state[f"revision {name}"] = _known(one)
    return state


def _known(one: Revision) -> dict[str, Any]:
    """What a revision knows of itself once its map is loaded."""
    return {
        "down_revision": one.down_revision,
        "dependencies": one.dependencies,
        "nextrev": set(one.nextrev),
        "all_nextrev": set(one._all_nextrev),
        "labels": set(one.branch_labels),
        "own labels": one._orig_branch_labels,
        "resolved": one._resolved_dependencies,
        "normalized": set(one._normalized_resolved_dependencies),
        "flags": [
            one.is_head,
            one.is_base,
            one.is_branch_point,
            one.is_merge_point,
            one._is_real_head,
            one._is_real_base,
            one._is_real_branch_point,
        ],
    }


class Questioned:
    """A loaded history, and the calls that a question may make on it."""

    def __init__(self, map_: RevisionMap) -> None:
        self.map = map_
        self.directory = ScriptDirectory.__new__(ScriptDirectory)
        self.directory.revision_map = map_

    def _argument(self, value: Any) -> Any:
        if isinstance(value, dict) and "tuple" in value:
            return tuple(self._argument(one) for one in value["tuple"])
        if isinstance(value, dict) and "revision" in value:
            return self.map._revision_map[value["revision"]]
        if isinstance(value, list):
            return [self._argument(one) for one in value]
        return value

    def answer(self, name: str, arguments: list[Any], options: dict[str, Any]) -> Any:
        own = getattr(self, f"_{name}", None)
        given = [self._argument(one) for one in arguments]
        if own is not None:
            return own(*given, **options)
        result = getattr(self.map, name)(*given, **options)
        if name == "_get_descendant_nodes":
            # Upstream walks what follows a revision in no order.
            return set(result)
        return list(result) if isinstance(result, (types.GeneratorType, map)) else result

    def _state(self) -> Any:
        return _state(self.map)

    def _add(self, record: dict[str, Any]) -> Any:
        made = _made(record)
        if isinstance(made, Exception):
            raise made
        self.map.add_revision(made)
        state = _state(self.map)
        # Upstream gives an added revision the labels of its branch only when all is loaded again.
        state[f"revision {made.revision}"]["labels"] = set()
        return state

    def _steps(self, kind: str, target: Any, rows: list[str]) -> list[Any]:
        if kind == "upgrade":
            return self.directory._upgrade_revs(target, tuple(rows))
        if kind == "downgrade":
            return self.directory._downgrade_revs(target, tuple(rows))
        return self.directory._stamp_revs(target, tuple(rows))

    def _run(self, kind: str, target: Any, rows: list[str]) -> Any:
        """All steps of a command: the rows after each, and the number of its statements."""
        text = io.StringIO()
        context = MigrationContext.configure(
            dialect_name="sqlite", opts={"as_sql": True, "output_buffer": text}
        )
        maintainer = HeadMaintainer(context, rows)
        done = []
        for step in self._steps(kind, target, rows):
            start = text.tell()
            try:
                maintainer.update_to_step(step)
            except (AssertionError, KeyError) as error:
                done.append({"step": str(step), "stops": type(error).__name__})
                break
            text.seek(start)
            statements = text.read()
            done.append(
                {
                    "step": str(step),
                    "rows": sorted(maintainer.heads),
                    "statements": statements.count(";"),
                }
            )
        return done

    def _one_step(self, kind: str, revision: Any, rows: list[str]) -> Any:
        """One upgrade or downgrade step from any rows, whether they fit or not."""
        assert isinstance(revision, Revision)
        text = io.StringIO()
        context = MigrationContext.configure(
            dialect_name="sqlite", opts={"as_sql": True, "output_buffer": text}
        )
        maintainer = HeadMaintainer(context, rows)
        step = migration.RevisionStep(self.map, revision, kind == "upgrade")
        maintainer.update_to_step(step)
        # Several statements come in the order of a set.
        count = text.getvalue().count(";")
        sql = text.getvalue() if count == 1 else f"{count} statements"
        return {"rows": sorted(maintainer.heads), "sql": sql}


def _rearrange(map_: RevisionMap, order: int) -> None:
    """Another order for the dependencies of upstream's revisions, which come out of a set."""
    shuffle = random.Random(order).shuffle
    for one in map_._revision_map.values():
        if one is not None:
            dependencies = list(one._normalized_resolved_dependencies)
            shuffle(dependencies)
            one._normalized_resolved_dependencies = tuple(dependencies)


def _answer_history(question: dict[str, Any]) -> dict[str, Any]:
    revisions = _revisions(question["revisions"], question["allocation"])
    questioned = Questioned(RevisionMap(lambda: _generated(revisions)))
    loaded = outcome(questioned._state)
    if "value" in loaded and not IS_NATIVE and question["allocation"]:
        _rearrange(questioned.map, question["allocation"])
    calls = []
    if "value" in loaded:
        for name, arguments, options in question["calls"]:
            calls.append(
                outcome(
                    lambda name=name, arguments=arguments, options=options: questioned.answer(
                        name, arguments, options
                    )
                )
            )
    return {"load": loaded, "calls": calls}


# -- projects on disk ----------------------------------------------------------------------------


def _sorted_lists(text: str) -> str:
    """Names that upstream prints in the order of a set, in order."""

    def in_order(found: re.Match[str]) -> str:
        return found[1] + ", ".join(sorted(found[2].split(", ")))

    return re.sub(r"((?:Branches into|Branch names): | \()([^\n()]*)", in_order, text)


def _answer_project(question: dict[str, Any]) -> dict[str, Any]:
    directory = ScriptDirectory(
        question["project"],
        version_locations=question["locations"],
        recursive_version_locations=question["recursive"],
    )

    def shown() -> Any:
        return [
            {
                "id": script.revision,
                "path": script.path,
                "doc": script.doc,
                "longdoc": script.longdoc,
                "down": script.down_revision,
                "depends": script.dependencies,
                "labels": set(script._orig_branch_labels),
                "log": _sorted_lists(script.log_entry),
                "line": _sorted_lists(script.cmd_format(verbose=False)),
                "module": script.module.__doc__,
            }
            for script in directory.walk_revisions()
        ]

    loaded = outcome(lambda: [directory.get_heads(), directory.get_bases()])
    # Upstream has no answer to a second question after a failure but to read all again.
    calls = [outcome(shown)] if "value" in loaded else []
    return {"load": loaded, "calls": calls}


def main() -> None:
    signal.signal(signal.SIGVTALRM, _interrupt)
    answers = os.fdopen(os.dup(1), "w", encoding="ascii")
    os.dup2(2, 1)
    print(json.dumps({"native": IS_NATIVE}), file=answers, flush=True)
    for line in sys.stdin:
        question = json.loads(line)
        answer = _answer_project if "project" in question else _answer_history
        print(json.dumps(answer(question)), file=answers, flush=True)


if __name__ == "__main__":
    main()
