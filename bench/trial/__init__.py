"""One case measured in one fresh interpreter: the launcher's side and the child's side, joined by a channel."""
