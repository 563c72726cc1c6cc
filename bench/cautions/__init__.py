"""What a reader of a run must be wary of, in words and as data, gathered while it is measured."""
