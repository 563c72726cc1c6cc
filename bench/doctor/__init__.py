"""What on this machine would spoil a measurement, and what to do about it."""
