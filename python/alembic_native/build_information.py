"""What this build consists of, and whether it is at work."""

from __future__ import annotations

import sys
from dataclasses import dataclass, field
from importlib.metadata import PackageNotFoundError, version


@dataclass(frozen=True)
class BuildInformation:
    """Versions by name, and the state of the overlay in this interpreter.

    ``reason`` says why the overlay is not active, and is empty when it is.
    """

    versions: dict[str, str]
    is_active: bool
    modules: tuple[str, ...] = ()
    reason: str = ""
    calls: dict[str, int] = field(default_factory=dict)

    def lines(self) -> list[str]:
        """``key: value`` lines for people and scripts."""
        overlay = (
            f"active (alembic {self.versions['alembic']})"
            if self.is_active
            else f"not active: {self.reason}"
        )
        return [
            *(f"{name}: {number}" for name, number in self.versions.items()),
            f"overlay: {overlay}",
            f"modules taken over: {', '.join(self.modules) or 'none'}",
        ]


def collect() -> BuildInformation:
    """See :func:`alembic_native.build_info`."""
    # The state is known once alembic has been imported; where no .pth file is read, it is not ours.
    import alembic.command
    import alembic.config
    import alembic.runtime.migration
    import alembic.script.base

    versions, calls = _versions_and_calls(alembic.__version__)
    try:
        from . import overlay
    except Exception as error:
        reason = f"its own package cannot be loaded ({type(error).__name__}: {error})"
        return BuildInformation(versions, False, reason=reason, calls=calls)
    state = overlay.state()
    is_active = state is not None and state.is_active
    reason = (
        state.reason
        if state is not None
        else "no .pth file was read at the start of this interpreter; "
        "call alembic_native.activate() before alembic is imported"
    )
    return BuildInformation(
        versions=versions,
        is_active=is_active,
        modules=tuple(name for name in overlay.MODULES if is_active and name in sys.modules),
        reason=reason,
        calls=calls,
    )


def _versions_and_calls(alembic: str) -> tuple[dict[str, str], dict[str, int]]:
    versions = {}
    calls = {}
    try:
        from . import _core

        versions.update(_core.build_versions())
        calls.update(_core.call_counts())
    except ImportError as error:
        versions["alembic-native"] = f"extension module not loaded ({error})"
    versions["alembic"] = alembic
    for name in ("SQLAlchemy", "Mako"):
        try:
            versions[name] = version(name)
        except PackageNotFoundError:
            versions[name] = "not installed"
    versions["python"] = sys.version.split()[0]
    return versions, calls
