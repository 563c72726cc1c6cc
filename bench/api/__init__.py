"""The public interface: `bench.measure`, `bench.load_run`, the IPython magics and the pytest plugin."""
