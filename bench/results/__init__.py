"""Read, validate, list and remove runs."""
