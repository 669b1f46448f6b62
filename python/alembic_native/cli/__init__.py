"""Commands that only read scripts, answered without SQLAlchemy.

``answering.answer`` is the one entry. It answers a command line completely, with what upstream
would print and write, or leaves no trace and lets upstream's own command line do it. Importing
anything here imports neither Alembic nor SQLAlchemy; these modules are on the path of every start
of the ``alembic`` command and therefore import little, ``typing`` included.
"""
