import socket

from bench.servers.echo_server import LENGTH_BYTES, echo_server


def framed(message: bytes) -> bytes:
    return len(message).to_bytes(LENGTH_BYTES, "big") + message


def test_messages_of_one_connection_are_sent_back_in_order() -> None:
    with echo_server(0.0) as address, socket.create_connection(address) as connection:
        sent = framed(b"one") + framed(b"") + framed(b"x" * 100_000)
        connection.sendall(sent)
        connection.shutdown(socket.SHUT_WR)
        with connection.makefile("rb") as answer:
            assert answer.read() == sent


def test_an_answer_takes_its_delay() -> None:
    with echo_server(60.0) as address, socket.create_connection(address, timeout=0.2) as connection:
        connection.sendall(framed(b"one"))
        try:
            early = connection.recv(1)
        except TimeoutError:
            early = b""
        assert early == b""


def test_a_client_that_goes_away_leaves_the_others_alone() -> None:
    with echo_server(0.0) as address:
        with socket.create_connection(address) as rude:
            rude.sendall(b"\0\0")
        with socket.create_connection(address) as connection, connection.makefile("rb") as answer:
            connection.sendall(framed(b"still here"))
            assert answer.read(LENGTH_BYTES + 10) == framed(b"still here")
