"""How sure an interval is, and which logarithms of ratios are too near or too far to be told."""

CONFIDENCE = 0.95
LARGEST_LOG = 700.0  # exp() of more than this is infinite
SAME_LOG = 1e-12  # log ratios that differ by less differ by rounding alone
