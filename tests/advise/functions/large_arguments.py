"""Works less on an item than it takes to send it to another process, and keeps the GIL."""

TEXTS = [bytes([97 + number % 26]) * 4_000_000 for number in range(30)]


def last_letter(text: bytes) -> int:
    """Find the last letter, after some counting."""
    return text[-1] + sum(range(2_000))
