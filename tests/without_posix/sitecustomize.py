"""Takes away what only POSIX systems have, from every interpreter with this folder on PYTHONPATH.

What the standard library and SQLAlchemy load are loaded before that: theirs is another matter.
"""

import importlib
import os
import select
import signal
import socket
import sys

import byte_range_locks

LOADED_BEFORE = (
    "asyncio", "pathlib", "random", "sqlalchemy.dialects.sqlite", "sqlalchemy.ext.asyncio",
    "sqlite3", "subprocess", "tempfile",
)  # fmt: skip
MODULES = ("fcntl", "grp", "pwd", "readline", "resource", "syslog", "termios")
NAMES = {
    os: """
        O_CLOEXEC O_DIRECTORY O_NOFOLLOW O_NONBLOCK chown environb fchmod fchown fdatasync fork
        forkpty getegid geteuid getgid getgroups getpgid getpgrp getuid killpg lchown lockf mkfifo
        nice pread pwrite register_at_fork sched_getaffinity setsid statvfs sysconf uname wait
    """,
    signal: """
        SIGALRM SIGCHLD SIGHUP SIGKILL SIGPIPE SIGQUIT SIGTSTP SIGUSR1 SIGUSR2 SIG_BLOCK alarm
        pause pthread_kill pthread_sigmask setitimer sigwait
    """,
    select: "epoll poll",
    socket: "AF_UNIX",
}

for loaded in LOADED_BEFORE:
    importlib.import_module(loaded)
sys.modules["msvcrt"] = byte_range_locks
for missing in MODULES:
    sys.modules[missing] = None
for module, names in NAMES.items():
    for name in names.split():
        delattr(module, name)
