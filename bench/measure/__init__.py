"""Measure: plan a run, run its trials, record every sample."""
