"""Measures the platform against bare SQL and against a bare read on the same machine: `python -m benchmarks`."""
