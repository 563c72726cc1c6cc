"""Start, watch, explain and end processes."""
