"""What a trial said of itself, message after message."""

from dataclasses import dataclass, field

from bench.measure.trial.protocol import Failed, Finished, Measured, Ready, Stage, Stopped, Traced, decode
from bench.process.failure_reason import one_line
from bench.schema import Status


@dataclass
class Outcome:
    """What a trial said of itself, as far as it came; `unheard` is one that can say nothing any more."""

    ready: Ready | None = None
    measured: list[Measured] = field(default_factory=list)
    failed: Failed | None = None
    stopped: Stopped | None = None
    finished: bool = False
    doing: str = "its start"
    unheard: bool = False
    traced: Traced | None = None
    _begun: bytes = b""

    @property
    def passes_told(self) -> bool:
        """Whether all is known of the passes that were made, the time that their pool took to stop included."""
        return self.stopped is not None or self.done

    @property
    def done(self) -> bool:
        """Whether the trial has said how it ended."""
        return self.failed is not None or self.finished

    def take(self, data: bytes) -> None:
        """Take in what came over the channel; nothing means that the trial's end of it is closed."""
        self.unheard = not data
        *lines, self._begun = (self._begun + data).split(b"\n")
        for line in lines:
            self.hear(line)

    def hear(self, line: bytes) -> None:
        """Take in one message."""
        try:
            message = decode(line)
        except (ValueError, LookupError, TypeError, AttributeError):
            told = one_line(line.decode(errors="replace"), 80)
            self.failed = self.failed or Failed(
                Status.ERROR, f"the workload's code wrote to the trial's channel: {told}"
            )
            return
        match message:
            case Stage(doing):
                self.doing = doing
            case Ready() as ready:
                self.ready = ready
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
