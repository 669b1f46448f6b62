"""All rules: how severe a finding is, what will happen to whom, and what to do instead.

The explanations are in ``explanations.py``. Script and DDL rules are judged by the native core,
which names a rule by its name here.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

ERROR = "error"
WARNING = "warning"
NOTE = "note"
#: From the gravest on.
SEVERITIES = (ERROR, WARNING, NOTE)

GRAPH = "graph"
SCRIPT = "script"
DDL = "DDL"

_POSTGRESQL = ("postgresql",)

#: Findings of squawk are called ``squawk-`` and squawk's own name of the rule.
SQUAWK_PREFIX = "squawk-"


class Rule:
    """``happens`` and ``instead`` are a sentence each; what is found is named beside them.

    ``dialects`` is empty for a rule of every database. ``needs_base``: judged with ``--base`` only.
    """

    def __init__(
        self,
        name: str,
        of: str,
        severity: str,
        happens: str,
        instead: str,
        dialects: tuple[str, ...] = (),
        needs_base: bool = False,
    ) -> None:
        self.name = name
        self.of = of
        self.severity = severity
        self.happens = happens
        self.instead = instead
        self.dialects = dialects
        self.needs_base = needs_base


_GRAPH_RULES = (
    Rule(
        "multiple-heads",
        GRAPH,
        ERROR,
        "`alembic upgrade head` fails for whoever deploys this: it does not know which head is "
        "meant.",
        "Rebase the newer revision onto the other head (`alembic rebase`), or join them with "
        "`alembic merge heads`; several heads that are meant are a matter of `heads` in the "
        "configuration.",
    ),
    Rule(
        "duplicate-revision",
        GRAPH,
        ERROR,
        "Databases run one of these scripts and never the other, because both have the same id.",
        "Give one of them an id of its own, and build it on the other.",
    ),
    Rule(
        "missing-parent",
        GRAPH,
        ERROR,
        "Every command of Alembic fails, because the revision that this one refers to is not "
        "there.",
        "Restore the script, or correct the id.",
    ),
    Rule(
        "revision-cycle",
        GRAPH,
        ERROR,
        "Every command of Alembic fails, because these revisions are built on each other.",
        "Correct down_revision or depends_on in one of them.",
    ),
    Rule(
        "label-conflict",
        GRAPH,
        ERROR,
        "Every command of Alembic fails, because a branch label names one branch, and is no "
        "revision's id.",
        "Rename the label in one of the scripts.",
    ),
    Rule(
        "conflict-markers",
        GRAPH,
        ERROR,
        "Every command of Alembic that needs this script fails with a SyntaxError.",
        "Resolve the merge conflict in this file.",
    ),
    Rule(
        "syntax-error",
        GRAPH,
        ERROR,
        "Every command of Alembic that needs this script fails, because Python cannot compile it.",
        "Correct what the message names.",
    ),
    Rule(
        "unreadable-file",
        GRAPH,
        ERROR,
        "Every command of Alembic fails, because this script cannot be read.",
        "Correct the permissions of the file, or take it out of the folder.",
    ),
    Rule(
        "illegal-revision-id",
        GRAPH,
        ERROR,
        "Every command of Alembic fails, because an id must not hold the characters of relative "
        "and of branch names.",
        "Take @, - and + out of the id, here and where another script refers to it.",
    ),
    Rule(
        "revision-id-too-long",
        GRAPH,
        ERROR,
        "On PostgreSQL and MySQL the upgrade fails when the script has run, because the version "
        "table has no room for this id.",
        "Give the script a shorter id; if the column was made wider, set "
        "version_table_column_length in the configuration.",
    ),
    Rule(
        "unreadable-header",
        GRAPH,
        NOTE,
        "What this revision is built on cannot be told without running the script, so it is left "
        "out of every check of the history.",
        "Write revision, down_revision, branch_labels and depends_on as plain literals.",
    ),
    Rule(
        "spliced-revision",
        GRAPH,
        ERROR,
        "Databases that are at a revision of the base branch built on this one will never run it.",
        "Build it on the head of the base branch: `alembic rebase`.",
        needs_base=True,
    ),
    Rule(
        "edited-revision",
        GRAPH,
        ERROR,
        "Databases that have run this revision keep what it did before, and new ones get "
        "something else.",
        "Restore the script as it is in the base branch, and put the change into a new revision.",
        needs_base=True,
    ),
    Rule(
        "deleted-revision",
        GRAPH,
        ERROR,
        "Every command of Alembic fails on a database that is at this revision, because no script "
        "has its id.",
        "Restore the script; undo what it did in a new revision.",
        needs_base=True,
    ),
    Rule(
        "heads-file",
        GRAPH,
        ERROR,
        "Two branches that each add a revision will merge without a conflict, and leave two heads.",
        "Write the file anew: `alembic lint --write-heads`.",
    ),
)

_SCRIPT_RULES = (
    Rule(
        "merge-with-operations",
        SCRIPT,
        NOTE,
        "Who reviews the history expects a merge revision to do nothing, and may miss this change.",
        "Leave the merge revision empty, and put the operations into a revision of their own.",
    ),
    Rule(
        "empty-downgrade",
        SCRIPT,
        NOTE,
        "`alembic downgrade` moves the version back and leaves the database as it is, for "
        "whoever has to roll back.",
        "Undo what upgrade() does, or raise an exception that says that it cannot be undone.",
    ),
    Rule(
        "empty-upgrade",
        SCRIPT,
        NOTE,
        "The revision moves the version of a database and changes nothing in it.",
        "Fill it in, or delete it before it is merged.",
    ),
    Rule(
        "unused-ignore",
        SCRIPT,
        WARNING,
        "A comment that ignores nothing hides the next finding of that kind from reviewers.",
        "Remove the comment, or correct the name of the rule.",
    ),
)

_DDL_RULES = (
    Rule(
        "add-required-column",
        DDL,
        ERROR,
        "On a table with rows the migration fails, or MySQL and MariaDB fill in a value that "
        "nobody chose; running code that does not know the column can insert no row.",
        "Give it a server_default, or add it nullable, fill it in, and set NOT NULL in a later "
        "revision.",
    ),
    Rule(
        "concurrently-in-transaction",
        DDL,
        ERROR,
        "The migration fails for whoever deploys it: PostgreSQL runs CONCURRENTLY in no "
        "transaction.",
        "Put it into `with op.get_context().autocommit_block():`.",
        _POSTGRESQL,
    ),
    Rule(
        "index-not-concurrent",
        DDL,
        WARNING,
        "Inserts, updates and deletes on the table wait until the index is built.",
        "Use postgresql_concurrently=True within `with op.get_context().autocommit_block():`.",
        _POSTGRESQL,
    ),
    Rule(
        "drop-index-not-concurrent",
        DDL,
        WARNING,
        "Reads and writes of the table wait for this statement, and this statement for every "
        "transaction that uses the table.",
        "Use postgresql_concurrently=True within `with op.get_context().autocommit_block():`.",
        _POSTGRESQL,
    ),
    Rule(
        "constraint-not-valid-missing",
        DDL,
        WARNING,
        "Writes to the table wait while all of its rows are checked; for a foreign key also "
        "writes to the table that it refers to, for a check also reads.",
        "Add it with postgresql_not_valid=True, and run ALTER TABLE ... VALIDATE CONSTRAINT in a "
        "later revision.",
        _POSTGRESQL,
    ),
    Rule(
        "unique-constraint-scan",
        DDL,
        WARNING,
        "Reads and writes of the table wait until the index of the constraint is built.",
        "Build a unique index concurrently, then run ALTER TABLE ... ADD CONSTRAINT ... UNIQUE "
        "USING INDEX.",
        _POSTGRESQL,
    ),
    Rule(
        "set-not-null-scan",
        DDL,
        WARNING,
        "Reads and writes of the table wait while all of its rows are looked at.",
        "Add CHECK (column IS NOT NULL) as NOT VALID, validate it in a later revision, then set "
        "NOT NULL, which looks at no row from PostgreSQL 12 on, and drop the check.",
        _POSTGRESQL,
    ),
    Rule(
        "primary-key-change",
        DDL,
        WARNING,
        "Reads and writes of the table wait until the index of the primary key is built.",
        "Build a unique index concurrently on columns that are NOT NULL already, then run ALTER "
        "TABLE ... ADD CONSTRAINT ... PRIMARY KEY USING INDEX.",
        _POSTGRESQL,
    ),
    Rule(
        "column-type-change",
        DDL,
        WARNING,
        "The table may be written anew, and meanwhile its users wait.",
        "Add a column of the new type, keep both filled, move the code to it, and drop the old "
        "column in a later release.",
    ),
    Rule(
        "volatile-default",
        DDL,
        WARNING,
        "Every row is written anew, because each gets a value of its own, and meanwhile the users "
        "of the table wait.",
        "Add the column without a default, set the default in a second statement, and fill in "
        "the rows in batches.",
    ),
    Rule(
        "server-default-rewrite",
        DDL,
        WARNING,
        "Before PostgreSQL 11 every row is written anew, and reads and writes of the table wait.",
        "Add the column without a default, set the default in a second statement, and fill in "
        "the rows in batches.",
        _POSTGRESQL,
    ),
    Rule(
        "rename-column",
        DDL,
        WARNING,
        "Code that still runs while this is deployed fails, because it uses the old name.",
        "Add a column of the new name, keep both filled, and drop the old one when no code uses "
        "it.",
    ),
    Rule(
        "rename-table",
        DDL,
        WARNING,
        "Code that still runs while this is deployed fails, because it uses the old name.",
        "Leave a view of the old name behind in the same revision, and drop it when no code uses "
        "it.",
    ),
    Rule(
        "drop-column",
        DDL,
        WARNING,
        "Code that still runs while this is deployed fails if it reads or writes the column, and "
        "its data is lost.",
        "Deploy code that does not know the column first, and drop it in a later release.",
    ),
    Rule(
        "drop-table",
        DDL,
        WARNING,
        "Code that still runs while this is deployed fails if it uses the table, and its data is "
        "lost.",
        "Deploy code that does not know the table first, and drop it in a later release.",
    ),
    Rule(
        "enum-value-in-transaction",
        DDL,
        WARNING,
        "Before PostgreSQL 12 the migration fails: ALTER TYPE ... ADD VALUE runs in no "
        "transaction.",
        "Put it into `with op.get_context().autocommit_block():`.",
        _POSTGRESQL,
    ),
    Rule(
        "drop-enum-in-use",
        DDL,
        WARNING,
        "The migration fails if a column still has this type.",
        "Change or drop the columns that have the type first.",
        _POSTGRESQL,
    ),
    Rule(
        "data-and-schema-together",
        DDL,
        NOTE,
        "The locks of the schema change are held until the data is changed, and the users of the "
        "table wait as long.",
        "Change the data in a revision of its own.",
    ),
    Rule(
        "unbounded-update",
        DDL,
        NOTE,
        "Every row of the table is locked until the migration commits, and others who change "
        "these rows wait.",
        "Change the rows in batches, each in a transaction of its own, outside of the migration.",
    ),
)

#: By name, in the order of the documentation.
RULES: dict[str, Rule] = {
    rule.name: rule for rules in (_GRAPH_RULES, _SCRIPT_RULES, _DDL_RULES) for rule in rules
}


def is_rule(name: str) -> bool:
    """Whether a name is one of a rule, of a rule of squawk's, or ``squawk`` for all of those."""
    return name in RULES or name.startswith(SQUAWK_PREFIX) or name == SQUAWK_PREFIX[:-1]


def names_rule(names: Iterable[str], rule: str) -> bool:
    """Whether a rule is among these names."""
    return rule in names or (rule.startswith(SQUAWK_PREFIX) and SQUAWK_PREFIX[:-1] in names)
