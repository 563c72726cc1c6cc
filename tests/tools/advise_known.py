"""Try `bench advise` on functions whose answer is known: `python -m tests.tools.advise_known [SECONDS] [NAME ...]`.

Prints a Markdown table: the answer, the seconds it took, whether it is right, and what became of the code that was
printed: it is run as it stands, in the folder of the functions, and must end without an error. SECONDS is --max-time,
60 by default; names choose some of the targets. Ten targets take ten minutes.
"""

import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from bench.machine import host
from tests.advise.known_answers import FUNCTIONS, KNOWN_ANSWERS, KnownAnswer

CODE_TIMEOUT_S = 120


def answer_of(known: KnownAnswer, seconds: int, output: Path) -> dict[str, Any]:
    """What `bench advise --json` says of a target."""
    command = [sys.executable, "-m", "bench", "advise", *known.arguments, "--max-time", str(seconds), "--json"]
    done = subprocess.run(
        [*command, "-o", str(output)], cwd=FUNCTIONS, capture_output=True, text=True, timeout=10 * seconds, check=False
    )
    if not done.stdout:
        raise SystemExit(f"{known.target}: {done.stderr}")
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


def run_code(code: str | None) -> str:
    """What became of the printed code."""
    if code is None:
        return "none"
    with tempfile.NamedTemporaryFile("w", suffix=".py", dir=FUNCTIONS, prefix="printed_") as script:
        script.write(code)
        script.flush()
        done = subprocess.run(
            [sys.executable, script.name],
            cwd=FUNCTIONS,
            capture_output=True,
            text=True,
            timeout=CODE_TIMEOUT_S,
            check=False,
        )
    return "ran" if not done.returncode else done.stderr.strip().splitlines()[-1]


def row(known: KnownAnswer, answer: dict[str, Any]) -> list[str]:
    """The cells of a target."""
    best = answer["best"]
    said = answer["answer"]
    if said == "run":
        said = f"{best['workers']} x {best['backend']}, {best['speedup']:.2f}"
        said += f" [{best['speedup_low']:.2f}, {best['speedup_high']:.2f}]"
    is_right = known.is_right(answer["answer"], best["backend"], best["workers"])
    verdict = "right" if is_right else "can't tell" if answer["answer"] == "can't tell" else "WRONG"
    if not is_right and known.cores > host.usable_cores():
        verdict += f" (needs {known.cores} cores)"
    is_sketch = answer["target"].endswith("four-slots")
    code = "a sketch, for a workload" if is_sketch and answer["code"] else run_code(answer["code"])
    return [known.target, known.why, said, f"{answer['seconds']:.0f}", verdict, code]


def main() -> None:
    """Print the table."""
    seconds = next((int(text) for text in sys.argv[1:] if text.isdigit()), 60)
    names = [text for text in sys.argv[1:] if not text.isdigit()]
    print("| target | what decides | answer | s | right | code |\n| --- | --- | --- | --: | --- | --- |")
    for known in KNOWN_ANSWERS:
        if names and not any(name in known.target for name in names):
            continue
        with tempfile.TemporaryDirectory() as folder:
            answer = answer_of(known, seconds, Path(folder) / "run")
            print(f"| {' | '.join(row(known, answer))} |", flush=True)


if __name__ == "__main__":
    main()
