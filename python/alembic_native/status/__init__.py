"""``alembic status`` and ``alembic wait``: what a database still lacks, and waiting for it.

A *history* (``history.py``) knows the scripts and what ``upgrade heads`` would run. A *database*
(``native.py``, ``through_sqlalchemy.py``, ``through_environment.py``) reads heads and writes
nothing. ``taking.py`` joins the two, ``waiting.py`` repeats that, ``printing.py`` says
it; ``api.py`` is the entry from Python, ``commands.py`` that from upstream's command line, and
``light.py`` the one that needs neither Alembic nor SQLAlchemy.
"""
