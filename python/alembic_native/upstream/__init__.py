"""All that knows the modules of Alembic, and nothing else in this package does.

``contract.py`` names what of Alembic is relied on, ``decision.py`` says which parts may be active
with the installed one, ``finder.py`` takes over its import, ``binding.py`` binds our methods and
``first_calls.py`` has most of them loaded when one is first called.
``revision.py`` stands for ``alembic.script.revision``; ``script.py``, ``migration.py``,
``locked_runs.py``, ``serialised_environments.py``, ``statement_log.py``, ``command_line.py`` and
``status_commands.py`` hold what is bound. ``entry.py`` and ``answering.py`` answer a command that
only reads scripts before Alembic is loaded.
"""
