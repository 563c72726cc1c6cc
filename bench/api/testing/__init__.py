"""The `concurrency` fixture of the pytest plugin, imported when a test asks for it."""
