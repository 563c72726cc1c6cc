"""An advice as JSON: its fields, and that they are plain JSON."""

import json
from pathlib import Path
from typing import Any

from bench.output.export.advice_json import advice_json, look_json
from tests.support.races import (
    COMPUTES,
    WAITS,
    SimulatedRace,
    advice_on,
    computes_on,
    course,
    gains_nothing,
    racer,
    waits_with_slots,
)

PAIR = course("threading", "multiprocessing", counts=(2, 4))


def test_an_advice_has_its_best_way_the_loop_and_who_is_out(tmp_path: Path) -> None:
    failing = {racer("multiprocessing", 4): "crashed: gone"}
    advice = advice_on(tmp_path, SimulatedRace(PAIR, waits_with_slots(4), failing=failing).run())
    found: dict[str, Any] = json.loads(json.dumps(advice_json(advice, ["so"], "code", "a-run", 1.5), allow_nan=False))
    assert (found["answer"], found["reason"], found["code"], found["run"], found["seconds"]) == (
        "run", None, "code", "a-run", 1.5,
    )  # fmt: skip
    assert (found["best"]["backend"], found["best"]["workers"]) == ("threading", 4)
    assert found["best"]["speedup_low"] < found["best"]["speedup"] < found["best"]["speedup_high"]
    assert found["loop"]["backend"] == "sequential"
    assert found["memory_per_worker"] == 10_000_000
    assert {"backend": "multiprocessing", "options": "{}", "workers": 4} | {
        "stage": "search", "round": 0, "times": None, "rival": None, "reason": "crashed: gone", "undecided": False,
    } in found["out"]  # fmt: skip
    assert next(one for one in found["out"] if one["backend"] == "sequential")["rival"]["workers"] == 4
    assert found["ruled_out"] == [{"backend": "asyncio", "why": "it is not a coroutine function"}]
    assert (found["items"], found["batch"], found["look"]["item_s"]) == (100, 100, 0.02)


def test_advices_of_every_kind_have_the_same_fields(tmp_path: Path) -> None:
    run = advice_on(tmp_path / "run", SimulatedRace(PAIR, computes_on(2)).run(), COMPUTES)
    leave = advice_on(tmp_path / "leave", SimulatedRace(PAIR, gains_nothing()).run(), COMPUTES)
    raced = [advice_json(one, [], None, "", 1.0) for one in (run, leave)]
    looked = [look_json("work", "it fails", None, 1.0), look_json("work", "too long", WAITS, 1.0)]
    assert len({tuple(one) for one in [*raced, *looked]}) == 1
    assert [one["answer"] for one in [*raced, *looked]] == ["run", "leave", "fails", "can't tell"]
    assert all([*one["best"]] == [*raced[0]["best"]] for one in looked)
