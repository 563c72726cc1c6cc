"""Statistics over the samples of a run: no drawing, no printing, no files."""
