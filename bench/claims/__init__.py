"""What tutorials claim, tried on this machine: one file per claim, each with its experiment and its judgement."""
