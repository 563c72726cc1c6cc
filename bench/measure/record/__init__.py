"""Write the files of a run, and read them back to resume it."""
