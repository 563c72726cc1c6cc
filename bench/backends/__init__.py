"""The backends: every file whose name does not start with an underscore defines one."""
