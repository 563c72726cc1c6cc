"""What the shell completes: commands, options, workloads and backends, each with its summary.

Importing typer, and letting it build its parameters, takes several times as long as finding the names, so bash, zsh
and fish are answered without it. What only typer knows, such as the values of other options, is left to it.
"""

import shlex
import sys
from collections.abc import Iterable, Mapping, MutableMapping, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, NamedTuple

from bench.cli.app import COMMANDS
from bench.cli.signatures import CommandParameter, parameters_of, subcommands_of

if TYPE_CHECKING:
    from bench.collect.description import WorkloadDescription

Completions = list[tuple[str, str]]  # each with its summary
SHELLS = ("bash", "zsh", "fish")
ZSH_ESCAPES = str.maketrans({"\\": "\\\\", '"': '""', "'": "''", "$": "\\$", "`": "\\`", ":": "\\\\:"})


class CompletionRequest(NamedTuple):
    """The complete words after the program's name, and the incomplete one that follows them."""

    words: Sequence[str]
    incomplete: str


def request_script(environment: MutableMapping[str, str]) -> None:
    """Ask typer for the current shell's script by its variable: for its option, typer would build all parameters."""
    try:
        from shellingham import ShellDetectionFailure, detect_shell  # type: ignore[import-untyped]  # typer needs it
    except ImportError:
        return
    with suppress(ShellDetectionFailure):
        shell, _ = detect_shell()
        if shell in SHELLS:
            environment["_BENCH_COMPLETE"] = f"source_{shell}"


def respond(environment: Mapping[str, str]) -> int | None:
    """Print the completions that a shell asks for and return the exit status; None leaves the request to typer."""
    shell = environment["_BENCH_COMPLETE"].removeprefix("complete_")
    request = _request(shell, environment)
    found = completions(request) if request else None
    if found is None:
        return None
    if shell == "fish" and environment.get("_TYPER_COMPLETE_FISH_ACTION") == "is-args":
        return 0 if found else 1
    sys.stdout.write(_as_read_by(shell, found) + "\n")
    return 0


def completions(request: CompletionRequest) -> Completions | None:
    """What completes the request; None if only typer knows."""
    return _of_group(COMMANDS, request)


def _request(shell: str, environment: Mapping[str, str]) -> CompletionRequest | None:
    """The request of a shell, in the form of typer's script for it."""
    try:
        if shell == "bash":
            words, position = shlex.split(environment["COMP_WORDS"]), int(environment["COMP_CWORD"])
            return CompletionRequest(words[1:position], words[position] if position < len(words) else "")
        if shell in ("zsh", "fish"):
            line = environment["_TYPER_COMPLETE_ARGS"]
            words = shlex.split(line)[1:]
            return CompletionRequest(words, "") if line.endswith(" ") else CompletionRequest(words[:-1], words[-1])
    except (KeyError, ValueError, IndexError):  # such as a quote that is still open
        pass
    return None


def _as_read_by(shell: str, found: Completions) -> str:
    if shell == "bash":
        return "\n".join(name for name, _ in found)
    if shell == "fish":
        return "\n".join(f"{name}\t{summary}" if summary else name for name, summary in found)
    described = "\n".join(":".join(f'"{_escaped(text)}"' for text in pair if text) for pair in found)
    return f"_arguments '*: :(({described}))'" if found else "_files"


def _escaped(text: str) -> str:
    """Text between double quotes of a zsh specification that is itself between single quotes."""
    return text.translate(ZSH_ESCAPES)


def _of_group(commands: Mapping[str, tuple[str, str]], request: CompletionRequest) -> Completions | None:
    """The commands of a group, or what completes the one that is given."""
    words, incomplete = request
    if not words:
        return None if incomplete.startswith("-") else _starting(incomplete, commands)
    if words[0] not in commands:
        return None
    module, _, function = commands[words[0]][0].partition(":")
    rest = CompletionRequest(words[1:], incomplete)
    if function == "app":
        return _of_group(subcommands_of(module), rest)
    return _of_command(parameters_of(module, function), rest)


def _starting(incomplete: str, commands: Mapping[str, tuple[str, str]]) -> Completions:
    return [(name, summary) for name, (_, summary) in commands.items() if name.startswith(incomplete)]


def _of_command(parameters: Sequence[CommandParameter], request: CompletionRequest) -> Completions | None:
    """The options of a command that are not yet given, or the values of the parameter that is."""
    options = {name: parameter for parameter in parameters for name in parameter.names}
    given: set[CommandParameter] = set()
    awaited: CommandParameter | None = None  # the option that the next word is the value of
    for word in request.words:
        if awaited:
            awaited = None
            continue
        name, has_value, _ = word.partition("=")
        if name.startswith("-"):
            if name not in options:
                return None
            given.add(options[name])
            awaited = None if options[name].is_flag or has_value else options[name]
    if awaited is None and request.incomplete.startswith("-"):
        return _unused(options, given, request.incomplete)
    if awaited is None:
        awaited = next((parameter for parameter in parameters if not parameter.names), None)
    completer = COMPLETERS.get(awaited.completer) if awaited else None
    return completer(request.incomplete) if completer else None


def _unused(
    options: Mapping[str, CommandParameter], given: set[CommandParameter], incomplete: str
) -> Completions | None:
    """The options that may still be given; None if the word also has a value."""
    if "=" in incomplete:
        return None
    return [
        (name, option.help)
        for name, option in options.items()
        if name.startswith(incomplete) and (option.repeatable or option not in given)
    ]


def complete_workload(incomplete: str) -> Completions:
    """The workloads whose names start with this; none if a workload file cannot be loaded."""
    return [(one.name, one.summary) for one in _workloads() if one.name.startswith(incomplete)]


def complete_tag(incomplete: str) -> Completions:
    """The tags that start with this, each with its workloads; none if a workload file cannot be loaded."""
    tagged: dict[str, list[str]] = {}
    for one in _workloads():
        for tag in one.tags:
            tagged.setdefault(tag, []).append(one.name)
    return [(tag, ", ".join(names)) for tag, names in sorted(tagged.items()) if tag.startswith(incomplete)]


def _workloads() -> "Iterable[WorkloadDescription]":
    from bench.collect.discovery import find_workloads, folders
    from bench.errors import BenchError

    try:
        return find_workloads(folders()).values()
    except BenchError:
        return []


def complete_backend(incomplete: str) -> Completions:
    """The backends whose names start with this; none if a backend's file cannot be loaded."""
    from bench.backends._registry import backends
    from bench.errors import BenchError

    try:
        known = backends().values()
    except BenchError:
        return []
    return [(cls.name, cls.summary()) for cls in known if cls.name.startswith(incomplete)]


def complete_claim(incomplete: str) -> Completions:
    """The claims whose ids start with this."""
    from bench.claims._registry import claims

    return [(claim.id, claim.claim) for claim in claims().values() if claim.id.startswith(incomplete)]


COMPLETERS = {
    completer.__name__: completer for completer in (complete_workload, complete_tag, complete_backend, complete_claim)
}
