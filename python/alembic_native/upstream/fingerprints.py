"""The code of Alembic that is known, by its fingerprints. Made by `make contract`."""

from __future__ import annotations

#: The first and the last release that the fingerprints were made from.
OLDEST = "1.16.0"
NEWEST = "1.20.1"

#: By dotted name: each fingerprint, and the first release that had it.
FINGERPRINTS: dict[str, dict[str, str]] = {
    "alembic.command.branches": {"011569b71fd9f1e3": "1.16.0"},
    "alembic.command.heads": {"4e1b686f71c6a631": "1.16.0"},
    "alembic.command.history": {"971b741a9f8f24b7": "1.16.0", "1f255c451ad2c081": "1.19.0"},
    "alembic.command.show": {"7e273cea454cd9cc": "1.16.0"},
    "alembic.config.CommandLine.__init__": {
        "f97e70f259d62c7a": "1.16.0",
        "a292edb84b05db8c": "1.19.0",
    },
    "alembic.config.CommandLine._generate_args": {
        "9e938e40c0d179c5": "1.16.0",
        "0d02fbf43f9b43d3": "1.19.0",
    },
    "alembic.config.CommandLine._inis_from_config": {"8d0e9c2411a14128": "1.16.0"},
    "alembic.config.CommandLine._inspect_function": {"69afaa1bc1769f41": "1.16.0"},
    "alembic.config.CommandLine.main": {"697d72b837c5ea91": "1.16.0", "d574a45300d0f8e7": "1.19.0"},
    "alembic.config.CommandLine.register_command": {"0b02fb82e1197102": "1.16.0"},
    "alembic.config.CommandLine.run_cmd": {"b942da78304121be": "1.16.0"},
    "alembic.config.Config._config_file_path": {
        "166c05e8091708ff": "1.16.0",
        "019f3823b022e4df": "1.19.0",
    },
    "alembic.config.Config._get_file_separator_char": {
        "7418ff40aea93dde": "1.16.0",
        "75caf0b4b93a9b18": "1.19.0",
    },
    "alembic.config.Config._get_toml_config_value": {
        "d98aa3a1a8e1340d": "1.16.0",
        "1622e35681a42a51": "1.16.4",
        "e532e8c3ec73280d": "1.16.5",
        "710f0d1a20645449": "1.19.0",
    },
    "alembic.config.Config._toml_file_path": {
        "ea0a2262222e01f1": "1.16.0",
        "befb39c0b0f9ffed": "1.19.0",
    },
    "alembic.config.Config.file_config": {
        "c46e3ea58d7efe77": "1.16.0",
        "1d9138c477b8e3e7": "1.18.0",
    },
    "alembic.config.Config.get_alembic_option": {
        "ae0c094b2a1b1c42": "1.16.0",
        "c4a24f038feed05d": "1.16.5",
        "87a96cd18fd7f7f4": "1.19.0",
    },
    "alembic.config.Config.get_hooks_list": {"7d52fdad51814f88": "1.16.0"},
    "alembic.config.Config.get_main_option": {
        "c3a8fdc6c044c832": "1.16.0",
        "bb489194c999e166": "1.19.0",
    },
    "alembic.config.Config.get_prepend_sys_paths_list": {
        "024a2b6a6816e822": "1.16.0",
        "05b146e4cc68ad86": "1.19.0",
    },
    "alembic.config.Config.get_version_locations_list": {
        "78f6b99046821141": "1.16.0",
        "aa864021c7c4b921": "1.19.0",
    },
    "alembic.config.Config.print_stdout": {"a0a6dc16b3df2b33": "1.16.0"},
    "alembic.config.Config.toml_alembic_config": {"501637136e3d1426": "1.16.0"},
    "alembic.config.main": {"f5aa8e4e835c5df6": "1.16.0", "48ce488b45e52ad2": "1.19.0"},
    "alembic.runtime.migration.HeadMaintainer._delete_version": {"d0af3064b720125a": "1.16.0"},
    "alembic.runtime.migration.HeadMaintainer._insert_version": {"caa23b02db780e8a": "1.16.0"},
    "alembic.runtime.migration.HeadMaintainer._update_version": {"b3aaa4a860fc4953": "1.16.0"},
    "alembic.runtime.migration.HeadMaintainer.update_to_step": {
        "73babd91b38c810e": "1.16.0",
        "c523900f343de5db": "1.19.0",
    },
    "alembic.runtime.migration.RevisionStep._unmerge_to_revisions": {
        "953cf65461433f8d": "1.16.0",
        "b51d255114721a0d": "1.19.0",
    },
    "alembic.runtime.migration.RevisionStep.delete_version_num": {"c050955f5a542824": "1.16.0"},
    "alembic.runtime.migration.RevisionStep.insert_version_num": {"778a9ed02142319e": "1.16.0"},
    "alembic.runtime.migration.RevisionStep.merge_branch_idents": {
        "cf0d9a14133ecc10": "1.16.0",
        "ddcaa919e5476a30": "1.19.0",
    },
    "alembic.runtime.migration.RevisionStep.should_create_branch": {
        "389e97408959d8f3": "1.16.0",
        "f2302cd5e9e3ba93": "1.19.0",
    },
    "alembic.runtime.migration.RevisionStep.should_delete_branch": {
        "36029dfb6b1eb1a7": "1.16.0",
        "60a99ecd667cb687": "1.19.0",
    },
    "alembic.runtime.migration.RevisionStep.should_merge_branches": {
        "70ad91b01355c540": "1.16.0",
        "79a5c7eef5ca6b60": "1.19.0",
    },
    "alembic.runtime.migration.RevisionStep.should_unmerge_branches": {
        "209f522bace565f0": "1.16.0",
        "645918fdfdbfbb90": "1.19.0",
    },
    "alembic.runtime.migration.RevisionStep.unmerge_branch_idents": {
        "478e35e6a7897e9e": "1.16.0",
        "d5d136ed074cf0be": "1.19.0",
    },
    "alembic.runtime.migration.RevisionStep.update_version_num": {
        "09f4cba5a8ded114": "1.16.0",
        "50bcb97a0ce91e54": "1.19.0",
    },
    "alembic.runtime.migration.StampStep.delete_version_num": {"3570f0e1a36ac25f": "1.16.0"},
    "alembic.runtime.migration.StampStep.insert_version_num": {"b96b2a04c6e61d9f": "1.16.0"},
    "alembic.runtime.migration.StampStep.merge_branch_idents": {
        "4af1d341a1524792": "1.16.0",
        "78c8aa19be92fee4": "1.19.0",
    },
    "alembic.runtime.migration.StampStep.should_create_branch": {
        "898e4c42015d3e45": "1.16.0",
        "b01ea9f0d98885b4": "1.19.0",
    },
    "alembic.runtime.migration.StampStep.should_delete_branch": {
        "4001d8b7873c8264": "1.16.0",
        "85e109e6ce3ad7c4": "1.19.0",
    },
    "alembic.runtime.migration.StampStep.should_merge_branches": {
        "7fea82b3a506a742": "1.16.0",
        "9919d9fe76588de2": "1.19.0",
    },
    "alembic.runtime.migration.StampStep.should_unmerge_branches": {
        "79ce0e40fc4caddc": "1.16.0",
        "fc1d7e9f06c9e37c": "1.19.0",
    },
    "alembic.runtime.migration.StampStep.unmerge_branch_idents": {
        "786889ed4db5b603": "1.16.0",
        "22ffa2842e030863": "1.19.0",
    },
    "alembic.runtime.migration.StampStep.update_version_num": {
        "f40c874d738278c6": "1.16.0",
        "f46735cd11d33b06": "1.19.0",
    },
    "alembic.script.base.Script.__init__": {
        "1a86d8a2d6631de4": "1.16.0",
        "b339e4311b654a69": "1.19.0",
    },
    "alembic.script.base.Script._format_down_revision": {"bca923218105cce4": "1.16.0"},
    "alembic.script.base.Script._from_path": {
        "c62e3aec914bae4e": "1.16.0",
        "2fd0ea53e08b1cf7": "1.19.0",
    },
    "alembic.script.base.Script._head_only": {"ea9ec64d036d8483": "1.16.0"},
    "alembic.script.base.Script._list_py_dir": {
        "57b7b772be7becaf": "1.16.0",
        "383acf81137c84cf": "1.19.0",
    },
    "alembic.script.base.Script.cmd_format": {"4a63dafe2e5c11d5": "1.16.0"},
    "alembic.script.base.Script.doc": {"2927faa227e673e7": "1.16.0"},
    "alembic.script.base.Script.log_entry": {"553ab284a7360745": "1.16.0"},
    "alembic.script.base.Script.longdoc": {"37ab718011db2ed3": "1.16.0"},
    "alembic.script.base.ScriptDirectory.__init__": {
        "97ccb90ace08b887": "1.16.0",
        "da9cffc60ec4ec04": "1.19.0",
    },
    "alembic.script.base.ScriptDirectory._load_revisions": {"904682e8ea173f68": "1.16.0"},
    "alembic.script.base.ScriptDirectory._singular_version_location": {
        "559f28e06af0e1e9": "1.16.0"
    },
    "alembic.script.base.ScriptDirectory._stamp_revs": {
        "fa7f38b2718beeee": "1.16.0",
        "ad0103cce44192ae": "1.19.0",
    },
    "alembic.script.base.ScriptDirectory._version_locations": {"8f16cc8a4022626e": "1.16.0"},
    "alembic.script.base.ScriptDirectory.from_config": {
        "58dfd1335851f064": "1.16.0",
        "529b7345d2289c61": "1.16.4",
        "c8c7f882dc0c6ddb": "1.19.0",
    },
    "alembic.script.base.ScriptDirectory.get_heads": {
        "fb1778968d9061c0": "1.16.0",
        "2ef8b50d4c9351bc": "1.18.5",
        "38546f266218d31c": "1.19.0",
    },
    "alembic.script.base.ScriptDirectory.get_revisions": {
        "af5682fde5b4df26": "1.16.0",
        "3f08799e57f4ee66": "1.19.0",
    },
    "alembic.script.base.ScriptDirectory.walk_revisions": {"81ce8d21db0ab106": "1.16.0"},
    "alembic.script.base._only_source_rev_file": {"15ad18218064db59": "1.16.0"},
    "alembic.script.revision": {
        "325404abd5ac4229": "1.16.0",
        "3847f5c1d8eaf92f": "1.17.1",
        "d6adead828048256": "1.19.0",
    },
    "alembic.util.messaging.format_as_comma": {
        "3fbc495cab74b19d": "1.16.0",
        "3fae697d041f6c4e": "1.19.0",
    },
    "alembic.util.messaging.msg": {"9b5d8516bc3eccfa": "1.16.0"},
    "alembic.util.messaging.write_outstream": {
        "45bab364208ddef7": "1.16.0",
        "ebab685cab339bfe": "1.19.0",
    },
}
