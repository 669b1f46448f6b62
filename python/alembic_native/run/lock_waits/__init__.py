"""Statements of a migration run that wait for a lock: cut, started over, and explained.

``run.py`` follows the statements of one run by the events of its connection: ``steps.py`` knows
which one is at work, ``committed_work.py`` what of them is committed. ``limits.py`` limits how long
they wait, ``retries.py`` starts the command over. ``watch.py`` is the thread that looks who is in
the way, on a connection of its own, which ``second_connection.py`` opens; ``postgresql.py`` and
``mysql.py`` ask the server, and ``sight.py`` is what they see. ``settings.py`` says what a project
may configure.
"""
