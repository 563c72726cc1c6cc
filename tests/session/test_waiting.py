"""Whether a pass computes or waits."""

from dataclasses import replace

import pytest

from bench.session.waiting import waits
from tests.support.cases import measured


@pytest.mark.parametrize(
    ("cpu_s", "voluntary", "involuntary", "expected"),
    [
        pytest.param(0.05, 50, 0, True, id="waits"),
        pytest.param(0.05, 50, 10, True, id="waits on a busy machine"),
        pytest.param(0.98, 2, 5, False, id="computes"),
        pytest.param(0.2, 2, 80, False, id="computes on a busy machine"),
        pytest.param(0.7, 500, 3, False, id="computes between short waits"),
        pytest.param(0.05, None, None, True, id="switches unknown"),
        pytest.param(None, 50, 0, False, id="CPU time unknown"),
    ],
)
def test_pass_that_leaves_its_core_waits_and_one_that_loses_it_computes(
    cpu_s: float | None, voluntary: int | None, involuntary: int | None, expected: bool
) -> None:
    one = replace(
        measured(),
        elapsed_s=1.0,
        cpu_user_s=cpu_s,
        cpu_system_s=0.0,
        switches_voluntary=voluntary,
        switches_involuntary=involuntary,
    )
    assert waits(one) is expected
