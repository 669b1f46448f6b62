"""A Debian system in a folder, bootstrapped from the package mirror of this machine's apt."""

from __future__ import annotations

import dataclasses
import os
import pathlib
import shlex
import shutil
import subprocess

CHECKOUT = pathlib.PurePosixPath("/alembic-native")
#: What `make demo` expects to be there; the project's own scripts install the rest.
INCLUDED = ("ca-certificates", "git", "make", "python3")
SCRIPTS = pathlib.Path("/usr/share/debootstrap/scripts")
#: Where pip's configuration and the certificates of this machine are, files or folders of files;
#: copied to the same path.
CONFIGURATION = (
    "/etc/hosts",
    "/etc/pip.conf",
    "/etc/resolv.conf",
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/xdg/pip",
    "~/.config/pip",
    "~/.pip",
)
#: Variables of this machine's build that would mean something else there.
NOT_CARRIED = (
    "ALEMBIC_", "CC", "CMAKE_", "CXX", "MAKE", "MFLAGS", "PYENV_", "PYTHON", "VIRTUAL_ENV",
)  # fmt: skip
POINTING = ("PIP_", "SSL_CERT", "REQUESTS_CA_", "CURL_CA_")


class NoSystem(Exception):
    """The system could not be made; the message says why."""


def mirror() -> str:
    """The mirror that this machine's apt uses. Raises `NoSystem`."""
    command = ["apt-get", "indextargets", "--format", "$(REPO_URI)"]
    command += ["Created-By: Packages", "Label: Debian"]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    if not result.stdout:
        raise NoSystem("apt knows no mirror of Debian; run apt-get update")
    return result.stdout.splitlines()[0]


@dataclasses.dataclass(frozen=True)
class System:
    """The release `suite` of Debian in `folder`, for this machine's or another `architecture`.

    `packages` are installed besides what `make demo` expects.
    """

    suite: str
    folder: pathlib.Path
    architecture: str = ""
    packages: tuple[str, ...] = ()

    def bootstrap(self, mirror: str) -> None:
        """Make it, unless it is there. Raises `NoSystem`."""
        ready = self.folder / "bootstrapped"
        included = ",".join(INCLUDED + self.packages)
        if not ready.exists() or ready.read_text() != included:
            shutil.rmtree(self.folder, ignore_errors=True)
            # Of a suite that this debootstrap does not know yet, sid's script is the right one.
            script = SCRIPTS / (self.suite if (SCRIPTS / self.suite).exists() else "sid")
            command = ["debootstrap", "--variant=minbase", f"--include={included}"]
            command += [f"--arch={self.architecture}"] if self.architecture else []
            command += [self.suite, str(self.folder), mirror, str(script)]
            with self.folder.with_name(f"{self.folder.name}.bootstrap.log").open("w") as log:
                code = subprocess.run(command, stdout=log, stderr=log, check=False).returncode
            if code:
                raise NoSystem(f"debootstrap failed with {code}; see {log.name}")
            valid = self.folder / "etc" / "apt" / "apt.conf.d" / "alembic-native"
            valid.write_text('Acquire::Check-Valid-Until "false";\n')
            ready.write_text(included)
        self._copy_configuration()

    def _copy_configuration(self) -> None:
        pointed_to = [value for name, value in os.environ.items() if name.startswith(POINTING)]
        for name in (*CONFIGURATION, *pointed_to):
            source = pathlib.Path(name).expanduser()
            if not source.is_absolute():
                continue
            # A folder that a variable names can be one of packages: its files are not carried over.
            files = source.glob("*") if name in CONFIGURATION and source.is_dir() else [source]
            for file in filter(pathlib.Path.is_file, files):
                target = self.folder / file.relative_to("/")
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(file, target)

    def copy_checkout(self, project: pathlib.Path) -> None:
        """Have the files of `project` in it, without what git ignores; what was built is kept."""
        target = self.folder / CHECKOUT.relative_to("/")
        target.mkdir(exist_ok=True)
        for old in target.iterdir():
            if old.name not in ("build", "dist", ".venv", ".venv-test"):
                shutil.rmtree(old) if old.is_dir() else old.unlink()
        listing = "git ls-files -z --cached --others --exclude-standard --deduplicate"
        copy = (
            f"{listing} | tar --create --null --ignore-failed-read --files-from - | "
            f"tar --extract --directory {shlex.quote(str(target))}"
        )
        command = ["bash", "-o", "pipefail", "-c", copy]
        subprocess.run(command, cwd=project, stderr=subprocess.DEVNULL, check=True)

    def run(self, command: str, log: pathlib.Path) -> int:
        """The exit code of a shell command in the checkout; its output goes into `log`.

        It has processes and mounts of its own, which end with it.
        """
        root = shlex.quote(str(self.folder))
        inside = f"cd {CHECKOUT} && {command}"
        # Not with chroot: within it, Linux makes no namespaces of users, in which some tests run.
        script = (
            f"mount --rbind {root} {root} && mount --rbind /dev {root}/dev && cd {root} && "
            f"pivot_root . mnt && umount --lazy /mnt && exec sh -c {shlex.quote(inside)}"
        )
        unshare = ["unshare", "--mount", "--pid", "--fork", "--kill-child"]
        unshare += [f"--mount-proc={self.folder}/proc", "sh", "-c", script]
        environment = {
            name: value for name, value in os.environ.items() if not name.startswith(NOT_CARRIED)
        }
        environment["PATH"] = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
        environment["LC_ALL"] = "C.UTF-8"
        with log.open("wb") as output:
            return subprocess.run(
                unshare,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                check=False,
            ).returncode

    def output(self, command: str) -> str:
        """What a command in the checkout prints, on both streams."""
        log = self.folder.with_name(f"{self.folder.name}.output")
        self.run(command, log)
        text = log.read_text(encoding="utf-8", errors="replace").strip()
        log.unlink()
        return text
