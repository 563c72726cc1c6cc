"""Ways of running a batch: every file that does not start with an underscore is a backend."""
