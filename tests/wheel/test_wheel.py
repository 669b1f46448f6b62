"""The wheel of `make wheel`, where there is no libpqxx, no libpq and no fmt.

Environment, installation and commands run in a mount namespace of their own, in which those
libraries and their headers are covered: as on a machine that never had them.
"""

from __future__ import annotations

import email
import json
import pathlib
import re
import shlex
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterator

import pytest

from tests.environments import BUILD, PROJECT, VirtualEnvironment, stand_alone_wheel
from tests.projects.schema import rows
from tests.servers import PostgresServer, Server
from tests.wheel.stand_alone import OF_EVERY_SYSTEM

HEAD = "f40b7a6e3c98"
ABSENT = [
    *pathlib.Path("/usr/lib").glob("*/libpq*"),
    *pathlib.Path("/usr/lib").glob("*/libfmt*"),
    *pathlib.Path("/usr/include").glob("fmt/*"),
    *pathlib.Path("/usr/include").glob("pqxx/*"),
    *pathlib.Path("/usr/include/postgresql").glob("libpq-fe.h"),
]
#: Runs its arguments where the files of ABSENT are empty.
COVERED = "\n".join(
    [
        *(
            f"mount --bind /dev/null {shlex.quote(str(path))}"
            for path in ABSENT
            if path.is_file() and not path.is_symlink()
        ),
        'exec "$@"',
    ]
)


class CoveredEnvironment(VirtualEnvironment):
    """A virtual environment on a machine without the libraries."""

    def run(
        self, *command: str, folder: pathlib.Path = PROJECT, **environment: str
    ) -> subprocess.CompletedProcess[str]:
        unshare = shutil.which("unshare")
        assert unshare, "unshare is not there: apt-get install util-linux"
        namespace = [unshare, "--user", "--map-root-user", "--mount", "sh", "-ec", COVERED, "sh"]
        return super().run(*namespace, *command, folder=folder, **environment)


@pytest.fixture(scope="module")
def wheel() -> pathlib.Path:
    return stand_alone_wheel()


@pytest.fixture(scope="module")
def environment(wheel: pathlib.Path) -> CoveredEnvironment:
    environment = CoveredEnvironment(BUILD / "wheel-environment")
    environment.prepare(["alembic", "psycopg[binary]"], wheel=None)
    environment.succeed(
        "python", "-m", "pip", "install", "--force-reinstall", "--no-deps", str(wheel)
    )
    return environment


@pytest.fixture(scope="module")
def postgres_with_tls() -> Iterator[PostgresServer]:
    server = PostgresServer(ssl=True, hba=["hostssl all all 127.0.0.1/32 trust"])
    with server:
        yield server


def test_the_libraries_are_really_covered(environment: CoveredEnvironment) -> None:
    for name in ("libpq.so.5", f"{covered_libpqxx()}"):
        load = f"import ctypes; ctypes.CDLL({name!r})"
        assert subprocess.run([sys.executable, "-c", load], check=False).returncode == 0
        assert "file too short" in environment.run("python", "-c", load).stderr


def covered_libpqxx() -> str:
    [library] = pathlib.Path("/usr/lib").glob("*/libpqxx-*.so")
    return library.name


def test_it_stands_alone_on_sqlite_and_postgresql(
    environment: CoveredEnvironment, postgres_with_tls: PostgresServer
) -> None:
    url = postgres_with_tls.create_database("store") + "?sslmode=require"
    answer = environment.succeed("python", "tests/wheel/stand_alone.py", str(PROJECT), url)
    assert "stands alone: _core, _lint, _postgres with nothing else" in answer


def test_the_sample_upgrades_on_postgresql_with_psycopg(
    environment: CoveredEnvironment, postgres_with_tls: PostgresServer
) -> None:
    url = postgres_with_tls.create_database("bookshop", "psycopg") + "?sslmode=require"
    environment.succeed("alembic", "upgrade", "head", DATABASE_URL=url)
    assert environment.succeed("alembic", "current", DATABASE_URL=url) == "f40b7a6e3c98 (head)\n"
    assert environment.succeed("python", "-c", TWO_LIBPQS, url) == "('f40b7a6e3c98',)\n"


def certificate(server: Server, folder: pathlib.Path) -> pathlib.Path:
    """A copy of the server's: its folder is closed to others, and to other namespaces."""
    return pathlib.Path(shutil.copy(server.folder / "server.crt", folder))


@pytest.fixture(scope="module")
def tenants(
    environment: CoveredEnvironment,
    postgres_with_tls: PostgresServer,
    tmp_path_factory: pytest.TempPathFactory,
) -> str:
    """The URL of a migrated database, and of a schema in it that is behind; over verified TLS."""
    url = postgres_with_tls.create_database("tenants", "psycopg")
    environment.succeed("alembic", "upgrade", "head", DATABASE_URL=f"{url}?sslmode=require")
    plain = postgres_with_tls.url("psycopg2", "tenants") + "?sslmode=require"
    rows(plain, "CREATE SCHEMA tenant_1")
    rows(plain, "CREATE TABLE tenant_1.alembic_version (version_num VARCHAR(32) NOT NULL)")
    root = certificate(postgres_with_tls, tmp_path_factory.mktemp("certificate"))
    return f"{postgres_with_tls.url(None, 'tenants')}?sslmode=verify-full&sslrootcert={root}"


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        ("alembic status --check --url {url}", "Pending   none"),
        ("alembic wait --timeout 30 --url {url}", f"is at {HEAD}."),
        ("alembic status --all-schemas --url {url}", "tenant_1"),
        ("alembic heads", HEAD),
        # It tells whether each module can be loaded.
        ("python -m alembic_native", "overlay: active"),
    ],
)
def test_commands_load_the_store_where_it_serves_and_no_library_of_the_system_with_it(
    environment: CoveredEnvironment,
    tenants: str,
    tmp_path: pathlib.Path,
    command: str,
    expected: str,
) -> None:
    # The loader writes down what each process loads.
    output = environment.succeed(
        *command.format(url=tenants).split(), LD_DEBUG="libs", LD_DEBUG_OUTPUT=str(tmp_path / "ld")
    )
    assert expected in output
    log = "".join(path.read_text() for path in tmp_path.glob("ld.*"))
    loaded = [pathlib.Path(path) for path in re.findall(r"calling init: (\S+)", log)]
    names = {path.name.partition(".")[0] for path in loaded}
    assert ("_postgres" in names) == ("--url" in command or "alembic_native" in command)
    assert not [name for name in names if name.startswith(("libpq", "libfmt", "libgssapi"))]


def test_a_server_whose_certificate_is_not_known_is_refused(
    environment: CoveredEnvironment, tenants: str, tmp_path: pathlib.Path
) -> None:
    with PostgresServer(ssl=True) as other:
        root = certificate(other, tmp_path)
    url = f"{tenants.partition('sslrootcert=')[0]}sslrootcert={root}"
    result = environment.run("alembic", "status", "--url", url)
    assert result.returncode == 255
    assert "certificate verify failed" in result.stdout + result.stderr


def test_it_looks_for_sockets_where_debian_has_them(environment: CoveredEnvironment) -> None:
    """PostgreSQL's own default is /tmp."""
    result = environment.run("alembic", "status", "--url", "dbname=shop port=1")
    assert result.returncode == 255
    assert "/var/run/postgresql/.s.PGSQL.1" in result.stdout + result.stderr


def test_a_connection_that_demands_kerberos_is_refused(environment: CoveredEnvironment) -> None:
    result = environment.run("alembic", "status", "--url", "host=127.0.0.1 gssencmode=require")
    assert result.returncode == 255
    assert "GSSAPI" in result.stdout + result.stderr


def test_its_modules_are_linked_with_nothing_but_the_wheel_and_the_system(
    environment: CoveredEnvironment,
) -> None:
    where = "import alembic_native, pathlib; print(pathlib.Path(alembic_native.__file__).parent)"
    package = pathlib.Path(environment.succeed("python", "-c", where).strip())
    modules = sorted(package.glob("*.so"))
    assert [module.name.split(".")[0] for module in modules] == ["_core", "_lint", "_postgres"]
    for module in modules:
        lines = environment.succeed("ldd", str(module)).splitlines()
        assert not [line for line in lines if "not found" in line]
        for path in re.findall(r"=> (/\S+)", "\n".join(lines)):
            library = pathlib.Path(path)
            in_the_wheel = library.resolve().parent == package.with_name("alembic_native.libs")
            assert in_the_wheel or OF_EVERY_SYSTEM.fullmatch(library.name), library


#: psycopg's wheel brings a libpq, too.
TWO_LIBPQS = """
import sys
import psycopg
from alembic_native._postgres import PostgresVersionStore

psycopg.connect(sys.argv[1].replace("+psycopg", ""))
print(PostgresVersionStore(sys.argv[1]).current_heads())
"""


def test_every_library_in_it_has_its_licence(wheel: pathlib.Path) -> None:
    licences = {name: text for name, text in texts(wheel).items() if "/libraries/" in name}
    names = {pathlib.Path(name).stem for name in licences}
    assert names == {"fmt", "pybind11", "libpq", "libpqxx", "openssl"}
    for name, text in licences.items():
        assert re.search(r"(?i)copyright", text), name
        for whole in re.findall(r"/usr/share/common-licenses/[\w.+-]*\w", text):
            assert pathlib.Path(whole).read_text(errors="replace") in text, (name, whole)


def test_licences_of_what_is_compiled_into_it(wheel: pathlib.Path) -> None:
    licences = {pathlib.Path(name).name: text for name, text in texts(wheel).items()}
    assert licences["LICENSE"] == (PROJECT / "LICENSE").read_text()
    assert "Victor Zverovich" in licences["fmt.txt"]
    assert "Wenzel Jakob" in licences["pybind11.txt"]


def texts(wheel: pathlib.Path) -> dict[str, str]:
    with zipfile.ZipFile(wheel) as archive:
        licences = [name for name in archive.namelist() if ".dist-info/licenses/" in name]
        return {name: archive.read(name).decode() for name in licences}


def test_the_sbom_names_what_is_inside_and_nothing_else(
    environment: CoveredEnvironment, wheel: pathlib.Path
) -> None:
    with zipfile.ZipFile(wheel) as archive:
        [sbom] = [name for name in archive.namelist() if ".dist-info/sboms/" in name]
        document = json.loads(archive.read(sbom))
        shared = [name for name in archive.namelist() if ".libs/" in name]
        [module] = [name for name in archive.namelist() if "/_postgres.cpython" in name]
        content = archive.read(module)
    told = json.loads(environment.succeed("python", "-c", VERSIONS))
    # It answers with its version when it is asked for it.
    assert b"OpenSSL Default Provider" in content
    [openssl] = {*re.findall(rb"\0([3-9]\.\d+\.\d+)\0", content)}
    assert not shared
    components = {each["name"]: each["version"] for each in document["components"]}
    # It tells two numbers of its three.
    components["libpqxx"] = ".".join(components["libpqxx"].split(".")[:2])
    assert components == {
        **{name: told[name] for name in ("fmt", "pybind11", "libpq", "libpqxx")},
        "openssl": openssl.decode(),
    }
    assert (document["bomFormat"], document["metadata"]["component"]["name"]) == (
        "CycloneDX",
        "alembic-native",
    )
    [root, *_] = document["dependencies"]
    assert root["dependsOn"] == [each["bom-ref"] for each in document["components"]]


VERSIONS = """
import json
from alembic_native import _core, _postgres
print(json.dumps({**_core.build_versions(), **_postgres.build_versions()}))
"""


def test_sources_of_its_libraries_are_pinned(wheel: pathlib.Path) -> None:
    known = dict(
        reversed(line.split())
        for line in (PROJECT / ".ci" / "source-archives").read_text().splitlines()
        if not line.startswith("#")
    )
    with zipfile.ZipFile(wheel) as archive:
        [sbom] = [name for name in archive.namelist() if ".dist-info/sboms/" in name]
        document = json.loads(archive.read(sbom))
    archives = {
        component["name"]: component["externalReferences"][0]
        for component in document["components"]
        if "externalReferences" in component
    }
    # OpenSSL's archives come from the system, or are built, too.
    assert archives.keys() - {"openssl"} == {"fmt", "libpq", "libpqxx"}
    # Pinned by pip's requirements.
    del archives["fmt"]
    for archive in archives.values():
        content = archive["hashes"][0]["content"]
        # One that is not listed, since the mirror has moved on, is checked by apt alone.
        assert content == known.get(archive["url"], content)


def test_its_licence_expression_has_the_licence_of_every_library(wheel: pathlib.Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        [name] = [name for name in archive.namelist() if name.endswith(".dist-info/METADATA")]
        metadata = email.message_from_bytes(archive.read(name))
    expression = metadata["License-Expression"]
    assert expression == "MIT AND BSD-3-Clause AND Apache-2.0 AND PostgreSQL"
    files = {pathlib.Path(file).name for file in metadata.get_all("License-File", [])}
    assert files == {pathlib.Path(name).name for name in texts(wheel)}


def test_it_is_small(wheel: pathlib.Path) -> None:
    """It was 7.5 MB, with the Kerberos, LDAP and GnuTLS that Debian's libpq loads."""
    assert wheel.stat().st_size < 4_000_000


def test_its_platform_tag_is_one_that_an_index_takes(wheel: pathlib.Path) -> None:
    assert re.fullmatch(r".*-manylinux_2_\d+_\w+\.whl", wheel.name)
