"""What a trial has reported, message by message."""

from dataclasses import dataclass, field

from bench.measure.trial.protocol import Failed, Finished, Measured, Ready, Stage, Stopped, Traced, WarmedUp, decode
from bench.process.failure_reason import one_line
from bench.schema import Status


@dataclass
class Outcome:
    """What a trial has reported by now. With `channel_closed`, it cannot report anything any more."""

    ready: Ready | None = None
    warmed_up: WarmedUp | None = None
    measured: list[Measured] = field(default_factory=list)
    failed: Failed | None = None
    stopped: Stopped | None = None
    finished: bool = False
    stage: str = "its start"
    channel_closed: bool = False
    traced: Traced | None = None
    _partial_line: bytes = b""

    @property
    def done(self) -> bool:
        """Whether the trial has reported how it ended."""
        return self.failed is not None or self.finished

    def take(self, data: bytes) -> None:
        """Take in bytes from the channel; none mean that the trial's end of it is closed."""
        self.channel_closed = not data
        *lines, self._partial_line = (self._partial_line + data).split(b"\n")
        for line in lines:
            self.hear(line)

    def hear(self, line: bytes) -> None:
        """Take in one message."""
        try:
            message = decode(line)
        except (ValueError, LookupError, TypeError, AttributeError):
            text = one_line(line.decode(errors="replace"), 80)
            self.failed = self.failed or Failed(
                Status.ERROR, f"the workload's code wrote to the trial's channel: {text}"
            )
            return
        match message:
            case Stage(name):
                self.stage = name
            case Ready() as ready:
                self.ready = ready
            case WarmedUp() as warmed_up:
                self.warmed_up = warmed_up
            case Measured() as measured:
                self.measured.append(measured)
            case Traced() as traced:
                self.traced = traced
            case Failed() as failed:
                self.failed = self.failed or failed
            case Stopped() as stopped:
                self.stopped = stopped
            case Finished():
                self.finished = True
