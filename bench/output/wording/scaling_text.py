"""What the scaling laws say about a backend, in plain words."""

from collections.abc import Iterator

from bench.analysis.estimate import Estimate
from bench.analysis.scaling.fitting import MIN_COUNTS, MISFIT
from bench.analysis.scaling.laws import Coefficient, Law, LawFit, Refusal
from bench.analysis.scaling.run_scaling import Scaling
from bench.output.wording import formatting
from bench.output.wording.labels import Labels, subject_name

LAWS = {Law.AMDAHL: "Amdahl's law", Law.USL: "the Universal Scalability Law"}
REFUSALS = {
    Refusal.FALLS: "the throughput falls within the counts measured, which this law cannot describe",
    Refusal.MISFIT: (
        "the points are past what this law can say: they miss its curve by more than "
        f"{MISFIT * 100:.0f} % of the mean throughput"
    ),
    Refusal.ALPHA_ZERO: (
        "alpha sits on its bound, 0: no serial share shows, as the throughput grows in proportion to the workers, or "
        "faster"
    ),
    Refusal.ALPHA_ONE: "alpha sits on its bound, 1: no worker beyond the first adds anything",
    Refusal.BETA_ZERO: "beta sits on its bound, 0: no loss to coordination shows, so this law has no peak here",
    Refusal.BETA_ONE: "beta sits on its bound, 1: the throughput falls faster than this law allows",
}
EXAMPLE = "1,2,4,8,16,32"


def scaling_name(scaling: Scaling, others: list[Scaling], labels: Labels) -> str:
    """`http-delay, threading`; of a user's table, the name of its file."""
    if scaling.subject is None or scaling.config is None:
        return formatting.clean(scaling.name)
    subjects = list(dict.fromkeys(one.subject for one in others if one.subject))
    return f"{subject_name(scaling.subject, subjects)}, {labels[scaling.config]}"


def counts_words(scaling: Scaling) -> str:
    """`7 worker counts from 1 to 64`."""
    counts = sorted({point.workers for point in scaling.points})
    if len(counts) < 2:
        return f"{formatting.counted(len(counts), 'worker count')}" + (f", {counts[0]}" if counts else "")
    return f"{len(counts)} worker counts from {counts[0]} to {counts[-1]}"


def meanings(scaling: Scaling) -> Iterator[str]:
    """A sentence or two per law, and one where the machine's cores are part of what it says."""
    if all(fit.refused is Refusal.TOO_FEW for fit in scaling.fits):
        yield f"No law: {refusal(scaling.fits[0])}."
        return
    yield from (f"By {LAWS[fit.law]}, {_meaning(fit)}" for fit in scaling.fits)
    if scaling.computes_beyond:
        cores = formatting.counted(scaling.computes_beyond, "usable core")
        yield f"More workers than the {cores} cannot compute at once: alpha and beta include the waits for a core."


def refusal(fit: LawFit) -> str | None:
    """Why a law says nothing, or less than it could; None if it is not refused."""
    if fit.refused is Refusal.TOO_FEW:
        counts = formatting.counted(fit.counts, "distinct worker count")
        return f"{counts}, and a law needs at least {MIN_COUNTS}, such as -w {EXAMPLE}"
    return None if fit.refused is None else REFUSALS[fit.refused]


def figure(value: float | None) -> str:
    """A parameter with 3 significant digits."""
    return formatting.UNKNOWN if value is None else f"{value:.3g}"


def figure_interval(estimate: Estimate | None) -> str:
    """`[0.0271, 0.0884]`; an end that there is not is infinite."""
    if estimate is None or estimate.low is None:
        return formatting.UNKNOWN
    return f"[{figure(estimate.low)}, {'∞' if estimate.high is None else figure(estimate.high)}]"


def _meaning(fit: LawFit) -> str:
    why = refusal(fit)
    if not fit.has_curve or fit.alpha is None:
        return f"nothing: {why}."
    serial = f"{formatting.estimated_percent(fit.alpha)} of the work is serial"
    if fit.law is Law.AMDAHL:
        return f"{serial}{_limit(fit.alpha)}." if why is None else f"{serial}; {why}."
    lost_serial, lost_coordination = map(formatting.percent, fit.lost(fit.most))
    lost = (
        f"with {formatting.counted(fit.most, 'worker')}, {lost_serial} of their capacity is lost to that, and "
        f"{lost_coordination} to coordination"
    )
    return f"{serial}; {lost}. {_peak(fit) if why is None else why[0].upper() + why[1:]}."


def _limit(alpha: Coefficient) -> str:
    """What no number of workers exceeds."""
    low, high = alpha.interval or (alpha.point, alpha.point)
    limit, least, most = (f"{1 / share:.3g}" if share else "∞" for share in (alpha.point, high, low))
    return f", so that no number of workers has more than {limit} [{least}, {most}] times the throughput of one"


def _peak(fit: LawFit) -> str:
    peak = fit.peak
    assert peak is not None, "the law was not refused"
    if peak.point <= 1:
        return "One worker has the highest throughput, and each further one lowers it"
    at = f"The throughput peaks at {figure(peak.point)} workers {figure_interval(peak)}"
    if peak.high is None:
        at += ", but a throughput that never falls fits as well"
    return f"{at}; more than {fit.most} were not measured" if peak.point > fit.most else at
