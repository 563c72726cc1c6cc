"""The advice of a run that is a race: the headline, the lines of code, the evidence."""

from dataclasses import dataclass

from bench.analysis.advice.advice import advice_of
from bench.output.wording.advice_code import code_for
from bench.output.wording.advice_evidence import evidence
from bench.output.wording.advice_text import headline
from bench.results.load import Run


@dataclass(frozen=True)
class AdviceSection:
    """An advice in words; `code` is empty if there is nothing to change."""

    headline: str
    code: str
    evidence: tuple[str, ...]


def advice_section(run: Run) -> AdviceSection | None:
    """The advice of a run; None if it is not a race."""
    advice = advice_of(run)
    return None if advice is None else AdviceSection(headline(advice), code_for(advice) or "", tuple(evidence(advice)))
