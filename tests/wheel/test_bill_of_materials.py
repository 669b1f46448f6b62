"""What the SBOM of a wheel names that no archive of `build-libraries` has brought."""

from __future__ import annotations

import hashlib
import json
import pathlib
import zipfile

import pytest

from tests.environments import PROJECT, stand_alone_wheel

WHEELS = PROJECT / ".ci" / "wheels"
DOS_HEADER = bytes(0x3C) + (0x80).to_bytes(4, "little")


@pytest.fixture(autouse=True)
def programs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(WHEELS)


def test_fmt_is_that_of_the_pinned_package() -> None:
    with zipfile.ZipFile(stand_alone_wheel()) as archive:
        [sbom] = [name for name in archive.namelist() if ".dist-info/sboms/" in name]
        components = json.loads(archive.read(sbom))["components"]
    [fmt] = [component for component in components if component["name"] == "fmt"]
    [distribution] = fmt["externalReferences"]
    [hashed] = distribution["hashes"]
    assert fmt["purl"] == f"pkg:pypi/cmeel-fmt@{fmt['version']}"
    pinned = (WHEELS / "requirements.txt").read_text()
    assert f"cmeel-fmt=={fmt['version']} " in pinned
    assert f"--hash=sha256:{hashed['content']}" in pinned


def test_the_pinned_fmt_is_fetched_for_every_platform() -> None:
    """pip leaves out what is marked for another one, and Windows has no package of it."""
    import fmt_headers

    pinned = (
        "cmake==4.0.0 \\\n    --hash=sha256:00\n"
        "cmeel==1.0 ; sys_platform == 'linux' \\\n    --hash=sha256:11\n"
        "cmeel-fmt==12.2.0 ; sys_platform == 'linux' \\\n"
        "    --hash=sha256:22 \\\n    --hash=sha256:33\n"
        "ninja==1.0 \\\n    --hash=sha256:44\n"
    )
    assert fmt_headers.requirement(pinned) == (
        "cmeel-fmt==12.2.0 \\\n    --hash=sha256:22 \\\n    --hash=sha256:33\n"
    )


def test_another_fmt_is_refused(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import bill_of_materials
    import fmt_headers

    content = b"an archive"
    (tmp_path / "cmeel_fmt-12.2.0-0-py3-none-any.whl").write_bytes(content)
    monkeypatch.setattr(fmt_headers, "FOLDER", tmp_path)
    told = {"fmt": "12.2.0", "pybind11": "3.1.0"}
    monkeypatch.setattr(bill_of_materials, "told_versions", lambda _unpacked: told)
    fmt, pybind11 = bill_of_materials.headers(tmp_path)
    assert (fmt.version, fmt.sha256) == ("12.2.0", hashlib.sha256(content).hexdigest())
    assert pybind11.purl == "pkg:pypi/pybind11@3.1.0"
    told["fmt"] = "9.1.0"
    with pytest.raises(bill_of_materials.NotTheLibrary, match=r"fmt 9\.1\.0"):
        bill_of_materials.headers(tmp_path)


@pytest.mark.parametrize(
    ("module", "named"),
    [
        (b"Rich" + bytes(0x3C), True),
        # It loads the library, which then has to be there.
        (b"Rich" + bytes(0x3C) + b"PE..VCRUNTIME140_1.dll", False),
        # mingw-w64's linker leaves no such mark.
        (bytes(0x40) + b"PE..Rich", False),
    ],
)
def test_the_runtime_library_that_visual_studio_links_in(
    tmp_path: pathlib.Path, module: bytes, named: bool
) -> None:
    import bill_of_materials

    metadata = tmp_path / "alembic_native-0.1.0.dist-info"
    for folder in (metadata, tmp_path / "alembic_native"):
        folder.mkdir()
    (tmp_path / "alembic_native" / "_core.cp313-win_amd64.pyd").write_bytes(DOS_HEADER + module)
    components = bill_of_materials.linked_by_visual_studio(tmp_path)
    bill_of_materials.write_sbom(metadata, components)
    document = json.loads((metadata / "sboms" / "alembic-native.cdx.json").read_text())
    expected = {
        "type": "library",
        "bom-ref": "pkg:generic/microsoft-visual-cpp-runtime",
        "name": "Microsoft Visual C++ Runtime",
        "purl": "pkg:generic/microsoft-visual-cpp-runtime",
        "licenses": [{"expression": "LicenseRef-Microsoft-Software-License-Terms-Visual-Studio"}],
    }
    assert document["components"] == ([expected] if named else [])


def test_licences_are_named_behind_the_own_one_each_once(tmp_path: pathlib.Path) -> None:
    import repair

    (tmp_path / "METADATA").write_text(
        "Name: alembic-native\nLicense-Expression: MIT\nLicense-File: LICENSE\nKeywords: a\n"
    )
    repair.add_licences(tmp_path, {"libpq": "its text", "fmt": "its text"})
    repair.name_licences(tmp_path, ["MIT", "BSD-3-Clause", "Apache-2.0", "BSD-3-Clause"])
    assert (tmp_path / "METADATA").read_text() == (
        "Name: alembic-native\n"
        "License-Expression: MIT AND BSD-3-Clause AND Apache-2.0\n"
        "License-File: LICENSE\n"
        "License-File: libraries/fmt.txt\n"
        "License-File: libraries/libpq.txt\n"
        "Keywords: a\n"
    )
