"""What this machine and its interpreters are."""
