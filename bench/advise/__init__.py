"""Which way to run a function: look at it, race the ways to run it, and publish the winner's figures."""
