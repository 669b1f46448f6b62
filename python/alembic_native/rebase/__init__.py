"""``rebase``: revisions of one's own are put onto the head of the base branch. Without Alembic.

``base_branch.py`` asks git which revisions the base branch has, ``plan.py`` decides what is moved
where or why not, ``rewriting.py`` makes the new source of the one script that changes, and
``databases.py`` says what is to be done where the revisions have run. ``command.py`` joins them.
"""
