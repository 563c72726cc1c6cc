"""The words of all outputs: numbers, labels and sentences."""
