"""Two runs on one database never collide: the lock that a run takes before its first step.

``run.py`` decides when a run needs the lock, ``waiting.py`` how it waits for it, ``registry.py``
which lock a database has: ``postgresql.py``, ``mysql.py`` and ``sqlite.py``, or one that the user
registered. ``lock.py`` says what such a lock has to do, ``key.py`` what it is called, and
``settings.py`` what a project may configure. ``environments.py`` keeps the threads of one process
apart.
"""
