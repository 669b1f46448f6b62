"""Many runs at once: projects made for the tests, and processes that run them together."""
