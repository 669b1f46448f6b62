"""Two runs on one database never collide: the lock that a run takes before its first step.

``run.py`` decides when a run needs the lock, ``waiting.py`` how it waits for it, ``registry.py``
which lock a database has: ``postgresql.py``, ``mysql.py`` and ``sqlite.py``, or one that the user
registered. ``lock.py`` says what such a lock has to do, ``key.py`` what it is called, and
``settings.py`` what a project may configure. ``turns.py`` keeps the threads of one process apart,
and ``exit_status.py`` gives the command line its exit status after a timeout.
"""

# Upstream's modules import those of this package while they are loaded: they have to come first.
import alembic.util  # noqa: F401
