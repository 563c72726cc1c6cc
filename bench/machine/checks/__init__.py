"""The checks of `bench doctor`: one file per check."""
