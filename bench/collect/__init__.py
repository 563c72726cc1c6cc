"""Define, load and find workloads."""
