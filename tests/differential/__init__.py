"""Upstream and the overlay side by side: the same random input, the same answers."""
