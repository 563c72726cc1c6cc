"""Asks a server that answers four requests at a time."""

import socket
import socketserver
import threading
import time
from collections.abc import Iterator

from bench import Workload

SLOTS = 4


class FourSlots(Workload):
    """Ask a server that answers four requests at a time."""

    bound = "io"
    requests: int = 48
    seconds: float = 0.01

    def setup(self) -> Iterator[int]:
        slots = threading.Semaphore(SLOTS)
        seconds = self.seconds

        class Answer(socketserver.StreamRequestHandler):
            def handle(self) -> None:
                with slots:
                    time.sleep(seconds)
                self.wfile.write(b"done")

        class Server(socketserver.ThreadingTCPServer):
            daemon_threads = True
            request_queue_size = 256

        with Server(("127.0.0.1", 0), Answer) as server:
            thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
            thread.start()
            yield server.server_address[1]
            server.shutdown()
            thread.join()

    def items(self) -> list[int]:
        return list(range(self.requests))

    def work(self, item: int, client: int) -> bytes:
        with socket.create_connection(("127.0.0.1", client), timeout=30) as connection:
            return connection.makefile("rb").read()

    def check(self, items: list[int], results: list[bytes], env: int) -> bool:
        return results == [b"done"] * len(items)
