"""What this build consists of, and which parts of it are active."""

from __future__ import annotations

import sys
from dataclasses import dataclass, field
from importlib.metadata import PackageNotFoundError, version

import alembic_native
from alembic_native.native_core import POSTGRES, faults, faults_text, is_installed


@dataclass(frozen=True)
class BuildInformation:
    """Versions by name, and the state of each part in this interpreter.

    ``parts`` holds for each part an empty text where it is active, else why it is not.
    ``reason`` says why no part is active, and is empty otherwise. ``calls`` counts what the core
    was asked for, by subject. ``faults`` says of extension modules that this build has made and
    that cannot be loaded why, and what to do.
    """

    versions: dict[str, str]
    parts: dict[str, str] = field(default_factory=dict)
    reason: str = ""
    calls: dict[str, int] = field(default_factory=dict)
    faults: dict[str, str] = field(default_factory=dict)

    @property
    def is_active(self) -> bool:
        """Whether every part is active, and every extension module can be loaded."""
        return not (self.reason or any(self.parts.values()) or self.faults)

    def lines(self) -> list[str]:
        """``key: value`` lines for people and scripts."""
        return [
            *(f"{name}: {number}" for name, number in self.versions.items()),
            f"overlay: {self._overlay()}",
            *(f"module {name}: not loaded: {fault}" for name, fault in self.faults.items()),
            *(
                f"part {name}: {f'not active: {reason}' if reason else 'active'}"
                for name, reason in self.parts.items()
            ),
        ]

    def _overlay(self) -> str:
        if self.reason:
            return f"not active: {self.reason}"
        state = "active" if self.is_active else "partly active"
        return f"{state} (alembic {self.versions['alembic']})"


def collect() -> BuildInformation:
    """See :func:`alembic_native.build_info`."""
    # The decision is taken once alembic has been imported.
    import alembic

    versions, calls = _versions_and_calls(getattr(alembic, "__version__", "not known"))
    try:
        from alembic_native.upstream import binding, contract, decision, finder
        from alembic_native.upstream.sources import Sources
    except Exception as error:
        # Whatever is broken in this installation: this report is where people look for it.
        reason = f"its own package cannot be loaded ({type(error).__name__}: {error})"
        return BuildInformation(versions, reason=reason, calls=calls)
    found = finder.current_decision()
    if found is None:
        reason = (
            "no .pth file was read at the start of this interpreter; "
            "call alembic_native.activate() before alembic is imported"
        )
        return BuildInformation(versions, reason=reason, calls=calls)
    if found.reason:
        return BuildInformation(versions, reason=found.reason, calls=calls)
    binding.bind_everything()
    reasons = {part.name: found.reasons.get(part.name, "") for part in contract.PARTS}
    reading = contract.READING.name
    reasons[reading] = decision.decide_reading(Sources(alembic.__spec__)).reasons.get(reading, "")
    texts = {name: faults_text({name: error}) for name, error in faults().items()}
    if POSTGRES in texts:
        versions["PostgreSQL store"] = "built, and not loaded"
    return BuildInformation(versions, reasons, calls=calls, faults=texts)


def _versions_and_calls(alembic: str) -> tuple[dict[str, str], dict[str, int]]:
    versions = {}
    calls = {}
    try:
        from alembic_native import _core

        versions.update(_core.build_versions())
        calls.update(_core.call_counts())
        needed = "its build needs libpqxx 6.4 to 7"
        store = f"not built ({needed}), so --url of status and wait is refused"
        if _core.has_postgres_store():
            store = "built"
    except ImportError:
        # The parts that need it say why.
        versions["alembic-native"] = alembic_native.__version__
        store = "not loaded, as the native core is not"
        if not is_installed():
            store = "not built: this installation has no native core"
    versions["alembic"] = alembic
    versions["PostgreSQL store"] = store
    for name in ("SQLAlchemy", "Mako"):
        try:
            versions[name] = version(name)
        except PackageNotFoundError:
            versions[name] = "not installed"
    versions["python"] = sys.version.split()[0]
    return versions, calls
