"""The commands that only print what is in the scripts: heads, history, show, branches.

``commands.py`` makes their texts from the scripts that ``history/`` has read, ``descriptions.py``
describes one script, and ``printing.py`` writes to a stream as Alembic does.
"""
