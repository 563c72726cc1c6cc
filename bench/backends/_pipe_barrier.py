"""A barrier for the subinterpreters of one process, which have no locks in common, but file descriptors."""

import os
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from threading import BrokenBarrierError

_COUNT = struct.Struct("i")
_BROKEN = -1
_GO, _STOP = b"g", b"s"


@dataclass(frozen=True)
class PipeBarrier:
    """A barrier of so many parties; each calls `wait` again only after all have returned from it.

    One pipe holds the number of parties that have arrived: whoever has read it may change it. The last one to arrive
    writes a byte to the other pipe for each of those that wait there.
    """

    parties: int
    count_out: int
    count_in: int
    go_out: int
    go_in: int

    def wait(self) -> int:
        """Wait until all parties have arrived. Raises BrokenBarrierError if one has called `abort`."""
        arrived = self._take_count()
        if arrived == _BROKEN:
            self._put_count(_BROKEN)
            raise BrokenBarrierError
        if arrived + 1 == self.parties:
            os.write(self.go_in, _GO * arrived)
            self._put_count(0)
            return 0
        self._put_count(arrived + 1)
        if os.read(self.go_out, 1) == _STOP:
            raise BrokenBarrierError
        return arrived + 1

    def abort(self) -> None:
        """Let the waiting parties, and those to come, fail."""
        arrived = self._take_count()
        self._put_count(_BROKEN)
        if arrived != _BROKEN:
            os.write(self.go_in, _STOP * arrived)

    def _take_count(self) -> int:
        (count,) = _COUNT.unpack(os.read(self.count_out, _COUNT.size))
        return int(count)

    def _put_count(self, count: int) -> None:
        os.write(self.count_in, _COUNT.pack(count))


@contextmanager
def pipe_barrier(parties: int) -> Iterator[PipeBarrier]:
    """A barrier whose pipes are closed in the end."""
    pipes = [*os.pipe(), *os.pipe()]
    try:
        barrier = PipeBarrier(parties, *pipes)
        barrier._put_count(0)
        yield barrier
    finally:
        for descriptor in pipes:
            os.close(descriptor)
