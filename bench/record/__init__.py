"""What a run leaves behind: its folder, samples.csv and environment.json."""
