"""A package, so that `tests.servers` is importable from the project root."""
