"""Upstream's own test suite, with the overlay off and on: `python tests/conformance/run.py -h`."""
