"""Races: pick the fastest of several candidates, and drop the others as soon as they are known to be slower."""
