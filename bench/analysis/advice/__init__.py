"""Which way to run a function: what was seen of it, and what follows from the race of the ways to run it."""
