"""A project's configuration, its scripts and their graph, without Alembic.

``configuration.py`` reads ``alembic.ini`` and ``pyproject.toml``, ``headers.py`` the headers of
scripts, and ``scripts.py`` joins them to a graph. What these files were not made for raises
:class:`alembic_native.history.declined.Declined`. They are on the path of every start of a command
that only reads scripts and therefore import little, ``typing`` included.
"""
