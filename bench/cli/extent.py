"""How long a planned run will go on, in words, for `bench run --dry-run`."""

from collections.abc import Iterator

from bench.measure.plan import Plan
from bench.output.wording import formatting


def of(plan: Plan) -> Iterator[str]:
    """One line on when the run stops, and one on the time that it takes at most."""
    effort, cases = plan.effort, formatting.counted(len(plan.cases), "case")
    if effort.precision is None:
        rounds = formatting.counted(effort.rounds, "round")
        yield f"{cases} x {rounds} = {formatting.counted(len(plan.cases) * effort.rounds, 'trial')}"
    else:
        yield f"{cases}, until each speedup is known within {effort.precision * 100:g} %{_cap(plan)}"
    likely = formatting.duration(plan.estimated_s)
    if effort.workload_budget_s or effort.budget_s:
        yield f"at most about {likely}"
    else:
        yield f"about {likely}, if a baseline pass takes as long as in the bundled workloads"


def _cap(plan: Plan) -> str:
    effort = plan.effort
    if effort.workload_budget_s is not None:
        return f", for at most {effort.workload_budget_s:g} s per workload"
    if effort.budget_s is not None:
        return f", for at most {effort.budget_s:g} s"
    return f", for at most {formatting.counted(effort.rounds, 'round')}"
