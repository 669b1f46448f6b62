"""What of Alembic is relied on, by part: one table.

A part is active as a whole or not at all. It is checked from the source files of the installed
Alembic, before anything of it is loaded:

* *replaced*: we do its work, so its code has to be one that is known; ``fingerprints.py`` holds a
  fingerprint of its tokens for every supported release;
* *called*: we call it, or wrap it and call it, so it has to be there and take what we pass;
* *used*: a class, an attribute or a value that has to be there.

A file that a known release has, byte for byte, is not read for it: ``known_files.py`` has its
fingerprint, made for exactly this contract. With a release that is not known, and for which all of
it holds, every part is active.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


class Part:
    """A part of this package, and what it relies on, by module.

    ``absence`` says to people what it means that the part is not active. In ``called`` each name
    stands with the parameters that are passed, as ``self, revision, *, flag``; ``**`` stands for
    all that a caller may give. The empty name is the module itself.
    """

    def __init__(
        self,
        name: str,
        absence: str,
        replaced: Mapping[str, Sequence[str]],
        called: Mapping[str, Mapping[str, str]],
        used: Mapping[str, Sequence[str]],
    ) -> None:
        self.name = name
        self.absence = absence
        self.replaced = replaced
        self.called = called
        self.used = used

    def modules(self) -> dict[str, None]:
        """The modules that have to be there, each once."""
        return dict.fromkeys((*self.replaced, *self.called, *self.used))

    def names(self) -> dict[str, list[str]]:
        """All names that have to be there, by module; each module once, each name once."""
        result: dict[str, dict[str, None]] = {}
        for group in (self.replaced, self.called, self.used):
            for module, names in group.items():
                result.setdefault(module, {}).update(dict.fromkeys(names))
        return {module: list(names) for module, names in result.items()}


REVISION = "alembic.script.revision"
SCRIPT = "alembic.script.base"
MIGRATION = "alembic.runtime.migration"
ENVIRONMENT = "alembic.runtime.environment"
COMMAND = "alembic.command"
CONFIG = "alembic.config"
UTIL = "alembic.util"
AUTOGENERATE = "alembic.autogenerate.api"

CORE = Part(
    "core",
    "scripts are read, resolved and ordered by Alembic itself",
    replaced={
        REVISION: ("",),
        SCRIPT: (
            "_only_source_rev_file",
            "ScriptDirectory._load_revisions",
            "ScriptDirectory._stamp_revs",
            "Script.__init__",
            "Script.longdoc",
            "Script._list_py_dir",
            "Script._from_path",
        ),
        MIGRATION: (
            "HeadMaintainer._insert_version",
            "HeadMaintainer._delete_version",
            "HeadMaintainer._update_version",
            "HeadMaintainer.update_to_step",
            "RevisionStep.should_delete_branch",
            "RevisionStep.merge_branch_idents",
            "RevisionStep._unmerge_to_revisions",
            "RevisionStep.unmerge_branch_idents",
            "RevisionStep.should_create_branch",
            "RevisionStep.should_merge_branches",
            "RevisionStep.should_unmerge_branches",
            "RevisionStep.update_version_num",
            "RevisionStep.delete_version_num",
            "RevisionStep.insert_version_num",
            "StampStep.delete_version_num",
            "StampStep.insert_version_num",
            "StampStep.update_version_num",
            "StampStep.merge_branch_idents",
            "StampStep.unmerge_branch_idents",
            "StampStep.should_delete_branch",
            "StampStep.should_create_branch",
            "StampStep.should_merge_branches",
            "StampStep.should_unmerge_branches",
        ),
    },
    called={
        SCRIPT: {
            "ScriptDirectory._catch_revision_errors": "self, *, multiple_heads",
        },
        MIGRATION: {
            "StampStep.__init__": "self, from_, to_, is_upgrade, branch_move, revision_map",
        },
        "alembic.ddl.impl": {"DefaultImpl._exec": "self, construct"},
        "alembic.util.langhelpers": {"to_tuple": "x, default"},
        "alembic.util.pyfiles": {"load_python_file": "dir_, filename"},
        "alembic.util.messaging": {"warn": "msg"},
    },
    used={
        SCRIPT: (
            "migration",
            "ScriptDirectory._version_locations",
            "ScriptDirectory.recursive_version_locations",
            "ScriptDirectory.sourceless",
            "ScriptDirectory.revision_map",
            "Script.module",
            "Script.path",
        ),
        MIGRATION: (
            "log",
            "util",
            "HeadMaintainer.heads",
            "HeadMaintainer.context",
            "MigrationContext._version",
            "MigrationContext.as_sql",
            "MigrationContext.dialect",
            "MigrationContext.impl",
            "MigrationContext.version_table",
            "RevisionStep.is_upgrade",
            "RevisionStep.revision",
            "RevisionStep.revision_map",
            "StampStep.branch_move",
            "StampStep.from_",
            "StampStep.is_upgrade",
            "StampStep.to_",
        ),
        UTIL: ("CommandError", "load_python_file", "to_tuple", "warn"),
        "alembic.util.exc": ("CommandError",),
    },
)

LOCK = Part(
    "lock",
    "two runs on one database at once may collide",
    replaced={},
    called={
        MIGRATION: {
            "MigrationContext.run_migrations": "self, **",
            "MigrationContext.stamp": "self, script_directory, revision",
            "MigrationContext.autocommit_block": "self",
            "MigrationContext.get_current_heads": "self",
            "MigrationContext._has_version_table": "self",
        },
        SCRIPT: {"ScriptDirectory._stamp_revs": "self, revision, heads"},
        CONFIG: {"Config.get_alembic_option": "self, name"},
    },
    used={
        MIGRATION: (
            "MigrationContext._in_external_transaction",
            "MigrationContext._migrations_fn",
            "MigrationContext._transaction_per_migration",
            "MigrationContext._version",
            "MigrationContext.as_sql",
            "MigrationContext.config",
            "MigrationContext.connection",
            "MigrationContext.dialect",
            "MigrationContext.impl",
            "MigrationContext.opts",
            "MigrationContext.purge",
            "MigrationContext.version_table",
            "MigrationContext.version_table_schema",
        ),
        "alembic.ddl.impl": ("DefaultImpl.transactional_ddl",),
        UTIL: ("CommandError",),
        "alembic.util.exc": ("CommandError",),
    },
)

THREADS = Part(
    "threads",
    "commands of several threads in one process may use each other's database",
    replaced={},
    called={
        ENVIRONMENT: {
            "EnvironmentContext.__enter__": "self",
            "EnvironmentContext.__exit__": "self, *",
        },
        CONFIG: {"Config.get_alembic_option": "self, name"},
    },
    used={
        ENVIRONMENT: ("EnvironmentContext.config",),
        "alembic.util.exc": ("CommandError",),
    },
)

LOG = Part(
    "log",
    "-v after upgrade, downgrade and stamp is refused",
    replaced={},
    called={
        MIGRATION: {"MigrationContext.run_migrations": "self, **"},
        CONFIG: {
            "CommandLine.register_command": "self, fn",
            "Config.get_alembic_option": "self, name",
        },
    },
    used={
        MIGRATION: (
            "MigrationContext._migrations_fn",
            "MigrationContext.as_sql",
            "MigrationContext.config",
            "MigrationContext.connection",
        ),
        CONFIG: ("CommandLine.subparsers", "Config.cmd_opts"),
        COMMAND: ("downgrade", "stamp", "upgrade"),
        "alembic.util.exc": ("CommandError",),
    },
)

COMMANDS = Part(
    "commands",
    "alembic status, wait, lint and rebase are not there; those of alembic-native are",
    replaced={},
    called={
        SCRIPT: {
            "ScriptDirectory.from_config": "cls, config",
            "ScriptDirectory.get_heads": "self",
            "ScriptDirectory.get_revision": "self, id_",
            "ScriptDirectory.iterate_revisions": "self, upper, lower, **",
            "ScriptDirectory.run_env": "self",
        },
        ENVIRONMENT: {"EnvironmentContext.__init__": "self, config, script, **"},
        MIGRATION: {"MigrationContext.get_current_heads": "self"},
        CONFIG: {
            "Config.get_alembic_option": "self, name",
            "Config.print_stdout": "self, text",
            "CommandLine.register_command": "self, fn",
            "CommandLine.run_cmd": "self, config, options",
        },
    },
    used={
        SCRIPT: (
            "ScriptDirectory.dir",
            "ScriptDirectory.env_py_location",
            "ScriptDirectory.recursive_version_locations",
            "ScriptDirectory.version_locations",
            "Script.doc",
            "Script.path",
        ),
        MIGRATION: (
            "MigrationContext.connection",
            "MigrationContext.version_table",
            "MigrationContext.version_table_schema",
        ),
        CONFIG: (
            "CommandLine.subparsers",
            "Config.cmd_opts",
            "Config.config_file_name",
            "Config.config_ini_section",
            "Config.stdout",
            "Config.toml_file_name",
        ),
        UTIL: ("CommandError",),
        "alembic.util.exc": ("CommandError",),
    },
)

NEW_SCRIPTS = Part(
    "new scripts",
    "a new script that cannot be read stays, and later commands fail at it; heads_file is not kept",
    replaced={},
    called={
        SCRIPT: {
            "ScriptDirectory.generate_revision": "self, revid, message, **",
            "ScriptDirectory._rev_path": "self, path, rev_id, message, create_date",
            "ScriptDirectory.get_heads": "self",
        },
        CONFIG: {"Config.get_alembic_option": "self, name"},
        "alembic.util.messaging": {"warn": "msg"},
    },
    used={
        SCRIPT: (
            "ScriptDirectory._version_locations",
            "ScriptDirectory.recursive_version_locations",
        ),
        UTIL: ("warn", "CommandError"),
    },
)

SETTINGS = Part(
    "settings",
    "a setting that looks true and is false is not warned of",
    replaced={},
    called={
        SCRIPT: {"ScriptDirectory.from_config": "cls, config"},
        "alembic.util.messaging": {"warn": "msg"},
    },
    used={
        CONFIG: ("Config.config_file_name", "Config.config_ini_section", "Config.file_config"),
        UTIL: ("warn",),
    },
)

ID_LENGTH = Part(
    "id length",
    "an id that is too long for the version table shows when its script has run",
    replaced={},
    called={
        MIGRATION: {
            "MigrationContext.run_migrations": "self, **",
            "MigrationContext.stamp": "self, script_directory, revision",
        },
        SCRIPT: {"ScriptDirectory._stamp_revs": "self, revision, heads"},
    },
    used={
        MIGRATION: (
            "MigrationContext._migrations_fn",
            "MigrationContext._version",
            "MigrationContext.as_sql",
            "MigrationContext.connection",
            "MigrationContext.dialect",
            "MigrationContext.version_table",
            "MigrationContext.version_table_schema",
            "RevisionStep.to_revisions",
            "StampStep.to_revisions",
        ),
        "alembic.util.exc": ("CommandError",),
    },
)

LOGGING = Part(
    "logging",
    "what env.py configures of logging outlives a command that a program calls",
    replaced={},
    called={
        SCRIPT: {"ScriptDirectory.run_env": "self"},
        CONFIG: {"Config.get_alembic_option": "self, name"},
    },
    used={
        "alembic.context": ("",),
        ENVIRONMENT: ("EnvironmentContext.config",),
        CONFIG: ("Config.cmd_opts",),
        "alembic.util.exc": ("CommandError",),
    },
)

LOOPS = Part(
    "event loops",
    "a command whose env.py is asynchronous fails where an event loop runs",
    replaced={},
    called={SCRIPT: {"ScriptDirectory.run_env": "self"}},
    used={
        "alembic.context": ("",),
        SCRIPT: ("ScriptDirectory.env_py_location",),
        ENVIRONMENT: ("EnvironmentContext.config",),
        CONFIG: ("Config.attributes",),
    },
)

LOCK_WAITS = Part(
    "lock waits",
    "lock_timeout does nothing, and nobody is told who is in the way of a statement",
    replaced={},
    called={
        SCRIPT: {"ScriptDirectory.run_env": "self"},
        MIGRATION: {"MigrationContext.run_migrations": "self, **"},
        CONFIG: {"Config.get_alembic_option": "self, name"},
    },
    used={
        MIGRATION: (
            "MigrationContext._migrations_fn",
            "MigrationContext.as_sql",
            "MigrationContext.config",
            "MigrationContext.connection",
            "MigrationContext.opts",
            "RevisionStep.migration_fn",
            "StampStep.migration_fn",
        ),
        ENVIRONMENT: ("EnvironmentContext.config",),
        CONFIG: ("Config.attributes",),
        "alembic.context": ("",),
        "alembic.util.exc": ("CommandError",),
    },
)

OUTCOME = Part(
    "outcome",
    "a run whose work is not committed may end with exit code 0; -v does not say what runs came to",
    replaced={},
    called={
        SCRIPT: {
            "ScriptDirectory.run_env": "self",
            "ScriptDirectory.get_heads": "self",
            "ScriptDirectory.iterate_revisions": "self, upper, lower",
        },
        MIGRATION: {
            "MigrationContext.run_migrations": "self, **",
            "HeadMaintainer.update_to_step": "self, step",
        },
        CONFIG: {"Config.get_alembic_option": "self, name"},
    },
    used={
        SCRIPT: ("ScriptDirectory.env_py_location",),
        MIGRATION: (
            "HeadMaintainer.context",
            "HeadMaintainer.heads",
            "MigrationContext._in_external_transaction",
            "MigrationContext._migrations_fn",
            "MigrationContext._transaction",
            "MigrationContext.as_sql",
            "MigrationContext.config",
            "MigrationContext.connection",
            "MigrationContext.dialect",
            "MigrationContext.environment_context",
            "MigrationContext.impl",
            "MigrationContext.version_table",
            "MigrationContext.version_table_schema",
            "RevisionStep.is_upgrade",
            "RevisionStep.revision",
            "StampStep.is_upgrade",
        ),
        CONFIG: ("Config.cmd_opts",),
        ENVIRONMENT: ("EnvironmentContext.script",),
        "alembic.ddl.impl": ("DefaultImpl.connection", "DefaultImpl.transactional_ddl"),
        "alembic.util.exc": ("CommandError",),
    },
)

ERRORS = Part(
    "errors",
    "an error ends a command in Python's traceback, and hints are missing",
    replaced={},
    called={
        MIGRATION: {"MigrationContext.run_migrations": "self, **"},
        CONFIG: {
            "CommandLine.run_cmd": "self, config, options",
            "Config.get_alembic_option": "self, name",
        },
        SCRIPT: {
            "ScriptDirectory.from_config": "cls, config",
            "ScriptDirectory.get_heads": "self",
            "ScriptDirectory.get_revision": "self, id_",
        },
        AUTOGENERATE: {
            "RevisionContext.generate_scripts": "self",
            "RevisionContext.run_autogenerate": "self, rev, migration_context",
        },
        "alembic.util.messaging": {"warn": "msg"},
    },
    used={
        MIGRATION: (
            "MigrationContext._migrations_fn",
            "MigrationContext._transaction_per_migration",
            "MigrationContext.as_sql",
            "MigrationContext.connection",
            "MigrationContext.impl",
            "MigrationContext.opts",
            "RevisionStep.revision",
        ),
        CONFIG: (
            "Config.cmd_opts",
            "Config.config_file_name",
            "Config.toml_file_name",
        ),
        SCRIPT: ("Script.doc", "Script.path", "ScriptDirectory.env_py_location"),
        AUTOGENERATE: (
            "RevisionContext.generated_revisions",
            "RevisionContext.script_directory",
        ),
        "alembic.ddl.impl": ("DefaultImpl.transactional_ddl",),
        "alembic.operations.ops": ("DropTableOp", "MigrationScript.upgrade_ops_list"),
        UTIL: ("CommandError", "warn"),
        "alembic.util.exc": ("CommandError",),
    },
)

READING = Part(
    "reading",
    "heads, history, show, branches and lint load Alembic before they answer",
    replaced={
        COMMAND: ("branches", "heads", "history", "show"),
        SCRIPT: (
            "ScriptDirectory.__init__",
            "ScriptDirectory._singular_version_location",
            "ScriptDirectory._version_locations",
            "ScriptDirectory.from_config",
            "ScriptDirectory.walk_revisions",
            "ScriptDirectory.get_revisions",
            "ScriptDirectory.get_heads",
            "Script.doc",
            "Script.log_entry",
            "Script._head_only",
            "Script.cmd_format",
            "Script._format_down_revision",
        ),
        CONFIG: (
            "Config._config_file_path",
            "Config._toml_file_path",
            "Config.file_config",
            "Config.toml_alembic_config",
            "Config.get_main_option",
            "Config.get_alembic_option",
            "Config._get_toml_config_value",
            "Config._get_file_separator_char",
            "Config.get_version_locations_list",
            "Config.get_prepend_sys_paths_list",
            "Config.get_hooks_list",
            "Config.print_stdout",
            "CommandLine.__init__",
            "CommandLine._generate_args",
            "CommandLine.register_command",
            "CommandLine._inspect_function",
            "CommandLine.run_cmd",
            "CommandLine._inis_from_config",
            "CommandLine.main",
            "main",
        ),
        "alembic.util.messaging": ("write_outstream", "msg", "format_as_comma"),
    },
    called={},
    used={},
)

#: In the order in which they are bound: a later part wraps what an earlier one has bound.
PARTS = (
    CORE,
    OUTCOME,
    LOG,
    LOCK,
    THREADS,
    COMMANDS,
    NEW_SCRIPTS,
    SETTINGS,
    ID_LENGTH,
    LOCK_WAITS,
    LOGGING,
    LOOPS,
    ERRORS,
)
#: What answers a command before Alembic is loaded; it needs the core.
ALL_PARTS = (*PARTS, READING)
