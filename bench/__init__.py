"""Benchmarks: figures, not tests. Each says what it measured and on how much."""
