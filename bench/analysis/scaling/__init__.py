"""Scaling laws: how throughput follows the number of workers, and where more of them do harm."""
