"""The ways of running a batch. Every file here that does not start with an underscore is a backend."""
