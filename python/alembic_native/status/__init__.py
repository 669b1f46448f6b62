"""``status`` and ``wait``: what a database still lacks, and waiting for it. Without Alembic.

A *history* (``history.py``) knows the scripts and what ``upgrade heads`` would run. A *database*
(``native.py``, ``through_sqlalchemy.py``) reads heads and writes nothing. ``inspection.py`` joins
the two, ``waiting.py`` repeats that, ``printing.py`` says it. ``command.py`` is what both
commands are, from their options (``options.py``) to the exit code.
"""
