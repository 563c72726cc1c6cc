"""Real servers on 127.0.0.1 for workloads that need one, each in a process of its own."""
