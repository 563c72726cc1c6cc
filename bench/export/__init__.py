"""A run as the files of other tools: run and summaries in, text out."""
