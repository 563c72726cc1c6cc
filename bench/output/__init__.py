"""Present results: terminal, charts, HTML, exports."""
