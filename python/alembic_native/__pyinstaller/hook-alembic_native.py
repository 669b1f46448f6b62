"""For PyInstaller: a frozen program that imports ``alembic_native`` has what it needs.

That is every module, the extension modules and the finder; and the sources. Those of Alembic, since
the contract with it is read from them, and ours, since ``upstream/revision.py`` is loaded from its
file. And the explanations of the rules of ``lint``.
"""

from __future__ import annotations

from PyInstaller.utils.hooks import collect_data_files, collect_submodules

_PACKAGE = "alembic_native"

hiddenimports = [
    "_alembic_native_hook",
    *collect_submodules(_PACKAGE, filter=lambda name: "__pyinstaller" not in name),
]
datas = collect_data_files(_PACKAGE, includes=["lint/rules.md"])
module_collection_mode = {"alembic": "pyz+py", _PACKAGE: "pyz+py"}
