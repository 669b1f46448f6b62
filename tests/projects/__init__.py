"""Projects as people have them: each command of their READMEs, with and without the overlay."""

import pytest

# Its assertions say what differs, as those of the tests do.
pytest.register_assert_rewrite("tests.projects.comparison")
