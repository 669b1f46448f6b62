"""Statements of a migration run that wait for a lock: cut, started over, and explained.

``watched_run.py`` follows the statements of a run: ``steps.py`` knows which one is at work.
``watch.py`` is the thread that looks who is in the way, on a connection of its own, which
``second_connection.py`` opens; ``postgresql.py`` and ``mysql.py`` ask the server, and ``sight.py``
is what they see. ``limited_run.py`` is a run whose statements wait for a limited time:
``limits.py`` sets it, ``committed_work.py`` knows what a rollback does not undo, and
``retries.py`` starts the command over. ``settings.py`` says what a project may configure.
"""
