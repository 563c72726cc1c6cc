"""One case in one fresh interpreter, seen from both ends."""
