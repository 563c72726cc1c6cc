"""The wording that all outputs share: numbers, labels and sentences."""
