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

#: All rules of squawk's. A finding of one is called ``squawk-`` and squawk's own name of the rule.
SQUAWK = "squawk"
SQUAWK_PREFIX = f"{SQUAWK}-"


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
        "`alembic merge heads`; if several are intended, set `heads` in the configuration.",
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
        "Every command of Alembic fails, because a label must name one branch only, and must not "
        "be the id of a revision.",
        "Rename the label in one of the scripts.",
    ),
    Rule(
        "conflict-markers",
        GRAPH,
        ERROR,
        "The script holds both sides of a merge: Python cannot compile it, or it does what neither "
        "side wrote.",
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
        "Correct the permissions of the file, or remove it from the folder.",
    ),
    Rule(
        "missing-revision",
        GRAPH,
        ERROR,
        "Every command of Alembic fails, because this script has no revision.",
        "Write the id of its revision into the script, or take it out of the folder.",
    ),
    Rule(
        "illegal-revision-id",
        GRAPH,
        ERROR,
        "Every command of Alembic fails, because @, -, + and : have a meaning where a revision "
        "is named.",
        "Remove these characters from the id, here and where another script refers to it.",
    ),
    Rule(
        "revision-id-too-long",
        GRAPH,
        ERROR,
        "On PostgreSQL, MySQL and MariaDB the upgrade fails, because the column of the version "
        "table is too short for this id.",
        "Give the script a shorter id; if your version table has a longer column, set "
        "version_table_column_length in the configuration.",
    ),
    Rule(
        "unreadable-header",
        GRAPH,
        NOTE,
        "What this revision is built on is unknown until the script is run, so the checks of the "
        "history leave it out.",
        "Write revision, down_revision, branch_labels and depends_on as plain literals.",
    ),
    Rule(
        "spliced-revision",
        GRAPH,
        ERROR,
        "A database that has already run a revision built on this one will never run this one.",
        "Build it on the head of the base branch: `alembic rebase`.",
        needs_base=True,
    ),
    Rule(
        "edited-revision",
        GRAPH,
        ERROR,
        "Databases that have already run this revision keep what it did then, and new databases "
        "get something else.",
        "Restore the script as it is in the base branch, and put the change into a new revision.",
        needs_base=True,
    ),
    Rule(
        "deleted-revision",
        GRAPH,
        ERROR,
        "`alembic upgrade` fails on every database that is at this revision, because no script has "
        "its id.",
        "Restore the script, and undo what it did in a new revision.",
        needs_base=True,
    ),
    Rule(
        "heads-file",
        GRAPH,
        ERROR,
        "Two branches that each add a revision merge without a conflict, and leave two heads.",
        "Create or update the file: `alembic lint --write-heads`.",
    ),
)

_SCRIPT_RULES = (
    Rule(
        "merge-with-operations",
        SCRIPT,
        NOTE,
        "A reviewer expects a merge revision to do nothing, and may miss this change.",
        "Leave the merge revision empty, and put the operations into a revision of their own.",
    ),
    Rule(
        "empty-downgrade",
        SCRIPT,
        NOTE,
        "Whoever has to roll back gets the previous version, and a database that has not changed.",
        "Undo what upgrade() does, or raise an exception that says that it cannot be undone.",
    ),
    Rule(
        "empty-upgrade",
        SCRIPT,
        NOTE,
        "Every database gets a new version, and nothing in it changes.",
        "Fill it in, or delete it before it is merged.",
    ),
    Rule(
        "unjudged-script",
        SCRIPT,
        NOTE,
        "What this script does was not judged, because it is too large or too deeply nested.",
        "Keep data in a file of its own, which the script reads.",
    ),
    Rule(
        "unused-ignore",
        SCRIPT,
        WARNING,
        "The comment ignores nothing, and would hide a later finding here from reviewers.",
        "Remove it, correct the name of the rule, or move it to the line of the finding.",
    ),
)

_DDL_RULES = (
    Rule(
        "add-required-column",
        DDL,
        ERROR,
        "On a table with rows the migration fails (MySQL and MariaDB fill in 0 or '' instead), "
        "and code that does not set the column can no longer insert rows.",
        "Give it a server_default, or add it as nullable, fill it in, and set NOT NULL in a later "
        "release.",
    ),
    Rule(
        "concurrently-in-transaction",
        DDL,
        ERROR,
        "The migration fails for whoever deploys it, because PostgreSQL refuses CONCURRENTLY "
        "within a transaction.",
        "Put it into `with op.get_context().autocommit_block():`.",
        _POSTGRESQL,
    ),
    Rule(
        "index-not-concurrent",
        DDL,
        WARNING,
        "Inserts, updates and deletes on the table wait until the index is built and the "
        "migration commits.",
        "Use postgresql_concurrently=True within `with op.get_context().autocommit_block():`.",
        _POSTGRESQL,
    ),
    Rule(
        "drop-index-not-concurrent",
        DDL,
        WARNING,
        "The statement waits for every transaction that uses the table, and all reads and writes "
        "that begin later wait behind it.",
        "Use postgresql_concurrently=True within `with op.get_context().autocommit_block():`.",
        _POSTGRESQL,
    ),
    Rule(
        "constraint-not-valid-missing",
        DDL,
        WARNING,
        "While every row is checked, writes to the table wait, and with them reads of it (check "
        "constraint) or writes to the table that it refers to (foreign key).",
        "Add it by an operation of its own with postgresql_not_valid=True, and run ALTER TABLE ... "
        "VALIDATE CONSTRAINT in a later transaction.",
        _POSTGRESQL,
    ),
    Rule(
        "unique-constraint-scan",
        DDL,
        WARNING,
        "Reads and writes of the table wait until the index of the constraint is built and the "
        "migration commits.",
        "Build a unique index concurrently, then run ALTER TABLE ... ADD CONSTRAINT ... UNIQUE "
        "USING INDEX; for an exclusion constraint there is no such way: add it when nobody needs "
        "the table.",
        _POSTGRESQL,
    ),
    Rule(
        "set-not-null-scan",
        DDL,
        WARNING,
        "Reads and writes of the table wait while every row is checked.",
        "Add CHECK (column IS NOT NULL) as NOT VALID, validate it in a later transaction, then set "
        "NOT NULL, which from PostgreSQL 12 on checks no row again, and drop the check.",
        _POSTGRESQL,
    ),
    Rule(
        "primary-key-change",
        DDL,
        WARNING,
        "Reads and writes of the table wait until the index of the primary key is built and the "
        "migration commits.",
        "Build a unique index concurrently on columns that are NOT NULL already, then run ALTER "
        "TABLE ... ADD CONSTRAINT ... PRIMARY KEY USING INDEX.",
        _POSTGRESQL,
    ),
    Rule(
        "column-type-change",
        DDL,
        WARNING,
        "While the table is rewritten, reads and writes of it wait on PostgreSQL, and writes on "
        "MySQL, SQLite and MariaDB before 11.2.",
        "Add a column of the new type, keep both filled, move the code to it, and drop the old "
        "column in a later release.",
    ),
    Rule(
        "volatile-default",
        DDL,
        WARNING,
        "Reads and writes of the table wait while it is rewritten, because every row gets a value "
        "of its own.",
        "Add a plain column, set its default in a second statement (for a computed value a "
        "trigger), and fill in the rows in batches.",
        _POSTGRESQL,
    ),
    Rule(
        "server-default-rewrite",
        DDL,
        WARNING,
        "Reads and writes of the table wait while it is rewritten, because before PostgreSQL 11 "
        "the default is written into every row.",
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
        "Create a view with the old name in the same revision (on SQLite it can only be read), "
        "and drop it when no code uses it.",
    ),
    Rule(
        "drop-column",
        DDL,
        WARNING,
        "Code that still runs while this is deployed fails if it reads or writes the column, and "
        "the data of the column is lost.",
        "Deploy code that does not use the column first, and drop it in a later release.",
    ),
    Rule(
        "drop-table",
        DDL,
        WARNING,
        "Code that still runs while this is deployed fails if it uses the table, and the data of "
        "the table is lost.",
        "Deploy code that does not use the table first, and drop it in a later release.",
    ),
    Rule(
        "enum-value-in-transaction",
        DDL,
        WARNING,
        "The migration fails for whoever deploys it, because PostgreSQL before 12 refuses ALTER "
        "TYPE ... ADD VALUE within a transaction.",
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
        "On PostgreSQL the users of the table wait until the data is changed, too; elsewhere the "
        "first change may stay when the second fails, because no transaction holds both.",
        "Change the data in a revision of its own.",
    ),
    Rule(
        "unbounded-update",
        DDL,
        NOTE,
        "Others who change rows of this table (on SQLite of any table) wait until the migration "
        "commits, because every row is changed in one transaction.",
        "Change the rows in batches, each in a transaction of its own, outside of the migration.",
    ),
)

#: By name, in the order of the documentation.
RULES: dict[str, Rule] = {
    rule.name: rule for rules in (_GRAPH_RULES, _SCRIPT_RULES, _DDL_RULES) for rule in rules
}


def is_rule(name: str) -> bool:
    """Whether a name is one of a rule, of a rule of squawk's, or ``squawk`` for all of those."""
    return is_explained(name) or name == SQUAWK


def is_explained(name: str) -> bool:
    """Whether a name is that of one rule, of ours or of squawk's."""
    return name in RULES or (name.startswith(SQUAWK_PREFIX) and name != SQUAWK_PREFIX)


def names_rule(names: Iterable[str], rule: str) -> bool:
    """Whether a rule is among these names."""
    return rule in names or (rule.startswith(SQUAWK_PREFIX) and SQUAWK in names)
