"""Whether the contract holds with source files of Alembic that are not known."""

from __future__ import annotations

from alembic_native.upstream.fingerprints import FINGERPRINTS
from alembic_native.upstream.sources import SourceMissing

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from alembic_native._core import Definition, read_definitions
    from alembic_native.upstream.contract import Part
    from alembic_native.upstream.sources import Sources
else:
    try:
        from alembic_native._core import read_definitions
    except ImportError:
        # Without the native core; it is in the decision, which says so.
        from alembic_native.upstream.definitions import read_definitions


def broken_parts(
    parts: Sequence[Part], unknown: Collection[str], sources: Sources
) -> dict[str, str]:
    """By name of each part whose contract does not hold with the ``unknown`` modules: why."""
    found = {module: _definitions(sources, module, parts) for module in unknown}
    reasons = {}
    for part in parts:
        for module in part.modules():
            reason = broken_contract(part, module, found[module]) if module in found else ""
            if reason:
                reasons[part.name] = reason
                break
    return reasons


def _definitions(
    sources: Sources, module: str, parts: Sequence[Part]
) -> dict[str, Definition | None] | str:
    """The definitions that parts ask for, of a module, by name; or why its source is not read."""
    names = dict.fromkeys(name for part in parts for name in part.names().get(module, ()))
    try:
        return dict(zip(names, read_definitions(sources.of(module), list(names)), strict=True))
    except SourceMissing as missing:
        return str(missing)
    except ValueError as error:
        return f"the source of {module} cannot be read ({error})"


def broken_contract(
    part: Part, module: str, definitions: dict[str, Definition | None] | str
) -> str:
    """What of a part's contract with a module does not hold, for people; empty where all does.

    ``definitions`` are those of the module, or why there are none.
    """
    if isinstance(definitions, str):
        return definitions
    for name in part.names()[module]:
        definition = definitions[name]
        if definition is None:
            return f"Alembic has no {module}.{name}"
        problem = _problem(part, module, name, definition)
        if problem:
            return problem
    return ""


def _problem(part: Part, module: str, name: str, definition: Definition) -> str:
    full_name = f"{module}.{name}" if name else module
    if name in part.replaced.get(module, ()) and (
        definition.fingerprint not in FINGERPRINTS[full_name]
    ):
        return f"the code of {full_name} is one that is not known"
    passed = part.called.get(module, {}).get(name)
    if passed is not None and not accepts(definition.parameters, passed):
        return f"{full_name} takes other arguments ({definition.parameters})"
    return ""


def accepts(parameters: str, passed: str) -> bool:
    """Whether a function of these ``parameters`` can be called with what is ``passed``.

    Both are spelt as :class:`Part` says; in ``parameters`` a trailing ``=`` marks a default.
    """
    takes_anything = False
    taken = []
    for one in parameters.split(", ") if parameters else []:
        if one.startswith("*") and one != "*":
            takes_anything = takes_anything or one.startswith("**")
            continue
        taken.append(one)
    keyword_only = taken.index("*") if "*" in taken else len(taken)
    by_name = {one.rstrip("=") for one in taken if one not in ("*", "/")}
    required = {one for one in taken if one not in ("*", "/") and not one.endswith("=")}
    positional = [one.rstrip("=") for one in taken[:keyword_only] if one != "/"]
    wanted = passed.split(", ")
    may_be_more = any(one in ("*", "**") for one in wanted[-1:])
    by_keyword = wanted[wanted.index("*") + 1 :] if "*" in wanted else []
    by_position = [one for one in wanted[: len(wanted) - len(by_keyword)] if "*" not in one]
    if positional[: len(by_position)] != by_position:
        return False
    if any(name not in by_name and not takes_anything for name in by_keyword):
        return False
    return may_be_more or required <= {*by_position, *by_keyword}
