"""Shell completion answers as typer does, without typer."""

import os
import subprocess
import sys

import pytest

from bench.cli.app import COMMANDS
from bench.cli.commands import load
from bench.cli.completion import COMPLETERS, CompletionRequest, completions, respond
from bench.cli.signatures import HELP, CommandParameter, parameters_of, subcommands_of

GROUPS = [name for name, (place, _) in COMMANDS.items() if place.endswith(":app")]
PLACES = {name: place for name, (place, _) in COMMANDS.items() if name not in GROUPS} | {
    f"{group} {name}": place
    for group in GROUPS
    for name, (place, _) in subcommands_of(COMMANDS[group][0].removesuffix(":app")).items()
}
BY_TYPER = "import sys; sys.argv = ['bench']; from bench.cli import commands; commands.main()"


def names_after(line: str) -> list[str] | None:
    *words, incomplete = line.split(" ")
    found = completions(CompletionRequest(words, incomplete))
    return None if found is None else [name for name, _ in found]


def request(shell: str, line: str, **more: str) -> dict[str, str]:
    words = line.split(" ")
    asked = {"COMP_WORDS": line, "COMP_CWORD": str(len(words) - 1), "_TYPER_COMPLETE_ARGS": line}
    return {"_BENCH_COMPLETE": f"complete_{shell}", "_TYPER_COMPLETE_FISH_ACTION": "get-args", **asked, **more}


@pytest.mark.parametrize("command", PLACES)
def test_parameters_in_the_source_are_those_that_typer_makes_of_it(command: str) -> None:
    name, *inner = command.split()
    made = load(name)
    for one in inner:
        made = made.commands[one]
    module, _, function = PLACES[command].partition(":")
    *declared, help_option = parameters_of(module, function)
    assert [(one.names, one.help, one.is_flag, one.repeatable) for one in declared] == [
        (tuple(param.opts), param.help or "", param.is_flag, param.multiple)
        if param.param_type_name == "option"
        else ((), param.help or "", False, param.nargs == -1)
        for param in made.params
    ]
    assert help_option is HELP


@pytest.mark.parametrize("group", GROUPS)
def test_subcommands_in_the_source_are_those_that_typer_makes_of_it(group: str) -> None:
    made = {name: command.help.split("\n")[0] for name, command in load(group).commands.items()}
    assert {name: summary for name, (_, summary) in subcommands_of(COMMANDS[group][0][:-4]).items()} == made


def test_each_completer_that_an_annotation_names_is_known() -> None:
    named = {one.completer for place in PLACES.values() for one in parameters_of(*place.split(":"))} - {""}
    assert named == set(COMPLETERS)


@pytest.mark.parametrize("line", ["run -", "run --quick --", "run -b threading --ba", "compare --", "results remove -"])
def test_bash_is_given_the_same_names_as_by_typer(line: str, capfd: pytest.CaptureFixture[str]) -> None:
    environment = request("bash", f"bench {line}")
    assert respond(environment) == 0
    done = subprocess.run(
        [sys.executable, "-c", BY_TYPER], capture_output=True, text=True, check=True, env={**os.environ, **environment}
    )
    assert sorted(capfd.readouterr().out.split()) == sorted(done.stdout.split()) != []  # typer's order of -h varies


def test_an_option_is_completed_once_unless_it_may_be_repeated() -> None:
    assert names_after("run --rounds 3 --r") == ["--resume"]
    assert names_after("run --rounds=3 --r") == ["--resume"]
    assert names_after("run -b threading --ba") == ["--backend"]


def test_the_value_of_an_option_is_not_taken_for_an_option() -> None:
    assert names_after("run --label --rounds --r") == ["--rounds", "--resume"]


def test_a_workload_is_completed_after_options_and_their_values() -> None:
    assert names_after("run --quick -w 2 sqrt") == ["sqrt-sum"]


@pytest.mark.parametrize("line", ["run -o ", "plot --theme l", "run -- --r", "run --rounds=", "no -", "-"])
def test_what_only_typer_knows_is_not_answered(line: str) -> None:
    assert names_after(line) is None


def test_an_option_of_another_command_is_not_completed() -> None:
    assert names_after("run --them") == []


def test_zsh_is_given_summaries(capsys: pytest.CaptureFixture[str]) -> None:
    assert respond(request("zsh", "bench run --rou")) == 0
    assert capsys.readouterr().out == """_arguments '*: :(("--rounds":"Trials per case."))'\n"""


def test_zsh_completes_files_where_nothing_is_known(capsys: pytest.CaptureFixture[str]) -> None:
    assert respond(request("zsh", "bench run -b nothing")) == 0
    assert capsys.readouterr().out == "_files\n"


def test_fish_is_given_summaries_and_asks_whether_there_are_any(capsys: pytest.CaptureFixture[str]) -> None:
    assert respond(request("fish", "bench run --rou")) == 0
    assert capsys.readouterr().out == "--rounds\tTrials per case.\n"
    assert respond(request("fish", "bench run --rou", _TYPER_COMPLETE_FISH_ACTION="is-args")) == 0
    assert respond(request("fish", "bench run -b nothing", _TYPER_COMPLETE_FISH_ACTION="is-args")) == 1
    assert capsys.readouterr().out == ""


def test_summaries_cannot_end_the_quotes_of_zsh(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    hostile = [("name", """a'b"c$d`e:f\\""")]
    monkeypatch.setitem(COMPLETERS, "complete_backend", lambda _: hostile)
    assert respond(request("zsh", "bench run -b n")) == 0
    shown = capsys.readouterr().out
    assert shown == """_arguments '*: :(("name":"a''b""c\\$d\\`e\\\\:f\\\\"))'\n"""


def test_a_bool_parameter_is_a_flag() -> None:
    assert CommandParameter(("--yes",), "Remove without asking.", is_flag=True) in parameters_of(
        "bench.cli.results", "remove"
    )
