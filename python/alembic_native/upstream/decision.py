"""Which parts may be active with the installed Alembic, and why the others may not."""

from __future__ import annotations

import os
import sys

from alembic_native.upstream.contract import ALL_PARTS, PARTS, READING
from alembic_native.upstream.known_files import KNOWN_FILES
from alembic_native.upstream.sources import SourceMissing

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from alembic_native._core import Definition
    from alembic_native.upstream.contract import Part
    from alembic_native.upstream.sources import Sources

SWITCH = "ALEMBIC_NATIVE"


def is_switched_off() -> bool:
    """Whether the environment says that Alembic is to run as if this package were not there."""
    return os.environ.get(SWITCH) == "0"


class Decision:
    """What was decided for one Alembic.

    ``reasons`` holds, for each part that is not active, why; ``reason`` says why none is, and is
    empty otherwise. ``is_alembic`` is false for another package of that name.
    """

    def __init__(
        self, version: str, reasons: dict[str, str], reason: str = "", is_alembic: bool = True
    ) -> None:
        self.version = version
        self.reasons = reasons
        self.reason = reason
        self.is_alembic = is_alembic
        self._told: set[str] = set()

    def is_active(self, part: Part) -> bool:
        """Whether a part is bound."""
        return not self.reason and part.name not in self.reasons

    def withdraw(self, part: Part, reason: str, is_told: bool = False) -> None:
        """Note that a part is not active after all; ``is_told``: people know it already."""
        self.reasons[part.name] = reason
        if is_told:
            self._told.add(part.name)

    def warn(self) -> None:
        """Warn of the parts that are not active, of each once."""
        text = self._warning()
        self._told.update(self.reasons)
        if text:
            import warnings

            warnings.warn(text, RuntimeWarning, stacklevel=3)

    def _warning(self) -> str:
        if self.reason:
            return f"alembic-native steps aside: {self.reason}. Alembic runs without it."
        inactive = [part for part in ALL_PARTS if part.name in self.reasons.keys() - self._told]
        if not inactive:
            return ""
        from alembic_native.upstream.fingerprints import NEWEST, OLDEST

        # Parts mostly rely on the same thing: each reason is told once.
        by_reason: dict[str, list[Part]] = {}
        for part in inactive:
            by_reason.setdefault(self.reasons[part.name], []).append(part)
        if len(inactive) >= len(PARTS):
            return f"alembic-native steps aside: {'; '.join(by_reason)}. Alembic runs without it."
        told = "; ".join(
            f"{reason}, so {' and '.join(part.absence for part in parts)}"
            for reason, parts in by_reason.items()
        )
        return (
            f"alembic-native does not fit Alembic {self.version or '(version unknown)'} as a "
            f"whole: {told}. The rest of it is active, and commands work as Alembic's own. A newer "
            f"alembic-native may know this Alembic ({OLDEST} to {NEWEST} are known to this one); "
            f"`{sys.executable} -m alembic_native` shows each part."
        )


def switched_off() -> Decision:
    """The decision of :func:`is_switched_off`."""
    return Decision("", {}, f"{SWITCH}=0 is set in the environment")


def decide(sources: Sources) -> Decision:
    """Check the contract of every part but the first door's."""
    version = sources.version()
    if _is_no_alembic(sources):
        reason = "the package alembic that was found is not SQLAlchemy's"
        return Decision(version, {}, reason, is_alembic=False)
    return _decide(sources, version, PARTS)


def decide_reading(sources: Sources) -> Decision:
    """Check the contract of what answers a command before Alembic is loaded."""
    return _decide(sources, sources.version(), (PARTS[0], READING))


def _decide(sources: Sources, version: str, parts: Sequence[Part]) -> Decision:
    try:
        from alembic_native import _core  # noqa: F401
    except ImportError as error:
        return Decision(
            version,
            {},
            f"its extension module _core cannot be loaded ({error}) in Python "
            f"{sys.version.split()[0]} on {sys.platform}{_advice(error)}",
        )
    modules = dict.fromkeys(module for part in parts for module in part.modules())
    found = {module: _definitions(sources, module, parts) for module in modules}
    reasons: dict[str, str] = {}
    for part in parts:
        for module in part.modules():
            reason = broken_contract(part, module, found[module])
            if reason:
                reasons[part.name] = reason
                break
    return Decision(version, reasons)


def _advice(error: ImportError) -> str:
    if "sub-interpreter" in str(error):
        # Of the module itself, which this interpreter refuses: installing it anew mends nothing.
        return ""
    return (
        ". Most often the package was installed by another interpreter: reinstall it with the one "
        f"that runs here ({sys.executable} -m pip install --force-reinstall --no-deps "
        "alembic-native)"
    )


def _is_no_alembic(sources: Sources) -> bool:
    """Whether it is another package of that name: a folder of the project, say."""
    try:
        sources.of("alembic")
    except SourceMissing:
        return False
    try:
        sources.of("alembic.script")
        return False
    except SourceMissing:
        return not sources.version()


def _definitions(
    sources: Sources, module: str, parts: Sequence[Part]
) -> dict[str, Definition | None] | str | None:
    """The definitions that parts ask for, of a module, by name; or why its source cannot be read.

    None where the file is one of which the contract is known to hold.
    """
    from alembic_native._core import read_definitions, source_fingerprint

    try:
        source = sources.of(module)
        if source_fingerprint(source) in KNOWN_FILES.get(module, ()):
            return None
        wanted = dict.fromkeys(name for part in parts for name in part.names().get(module, ()))
        return dict(zip(wanted, read_definitions(source, wanted), strict=True))
    except SourceMissing as missing:
        return str(missing)
    except ValueError as error:
        return f"the source of {module} cannot be read ({error})"


def broken_contract(
    part: Part, module: str, definitions: dict[str, Definition | None] | str | None
) -> str:
    """What of a part's contract with a module does not hold, for people; empty where all does.

    ``definitions`` are those of the module, or why there are none; None: all of it holds.
    """
    if definitions is None:
        return ""
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
    if name in part.replaced.get(module, ()):
        # Large, and asked only about an Alembic that is not known.
        from alembic_native.upstream.fingerprints import FINGERPRINTS

        if definition.fingerprint not in FINGERPRINTS[full_name]:
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
