"""An HTTP server in threads of the test process that answers wrongly, in a way that the path names."""

import socket
import struct
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from bench.servers.server_process import HOST

_JSON = b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s"
ANSWERS = {
    "/good": _JSON % (2, b"{}"),
    "/truncated": _JSON % (1000, b'{"url": '),
    "/truncated-chunks": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n5\r\nwo",
    "/closed": b"",
    "/reset": b"",
    "/reset-within": _JSON % (1000, b'{"url": '),
    "/no-http": b"220 mail.example ready\r\n",
    "/not-json": _JSON % (9, b"<p>No</p>"),
    "/not-an-object": _JSON % (2, b"[]"),
    "/moved": b"HTTP/1.1 301 Moved Permanently\r\nConnection: close\r\nLocation: /good\r\nContent-Length: 0\r\n\r\n",
}  # by path; /reset... reset the connection rather than close it


@contextmanager
def faulty_server(always: str = "") -> Iterator[str]:
    """Yield the base URL of a server on a free port. `always` is the path whose answer every request gets."""
    with socket.create_server((HOST, 0), backlog=100) as listener:
        thread = threading.Thread(target=_serve, args=(listener, always), daemon=True)
        thread.start()
        try:
            yield f"http://{HOST}:{listener.getsockname()[1]}"
        finally:
            listener.shutdown(socket.SHUT_RDWR)
            thread.join()


def _serve(listener: socket.socket, always: str) -> None:
    """Answer one connection after the other, each with one answer, until the listener is shut down."""
    while True:
        try:
            connection, _ = listener.accept()
        except OSError:
            return
        with connection, suppress(OSError):
            request = connection.recv(65536).decode("latin-1")
            path = always or request.split(" ")[1]
            connection.sendall(ANSWERS.get(path, b""))
            if path.startswith("/reset"):
                time.sleep(0.05)  # a reset discards what the client has not read yet
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
