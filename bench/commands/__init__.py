"""The commands: what each reads, says and prints. Only here, and in cli.py, is anything printed or exited with."""
