"""How the command line explains itself: its help, and what it says of a line it cannot read.

The parser's own words are turned into ours here, in one place.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from difflib import get_close_matches
from typing import Any

import typer
from typer.core import TyperArgument, TyperCommand, TyperGroup

from api.failures import Failure
from api.service.near_ids import did_you_mean, either
from api.terminal.ways_on import as_called, command_of
from domain.text.faults import quoted

HELP_NAMES = ("-h", "--help")
NAMING_OPTION = "--as"
"""The one option that comes before the verb, with its value."""
EXAMPLE = "Example: "


class Verb(TyperCommand):
    """A verb whose help is whole at any width, and ends with commands to copy."""

    def format_options(self, ctx: Any, formatter: Any) -> None:
        """Arguments, then options."""
        _write_parameters(self, ctx, formatter)

    def format_epilog(self, ctx: Any, formatter: Any) -> None:
        """Examples, one to a line and never broken."""
        lines = (self.epilog or "").splitlines()
        if lines:
            formatter.write("\nExamples:\n" if len(lines) > 1 else "\nExample:\n")
        for line in lines:
            formatter.write(f"  {as_called(line)}\n")


class Verbs(TyperGroup):
    """A group that lists its verbs by what they are for, with all that is said of each."""

    def format_options(self, ctx: Any, formatter: Any) -> None:
        """Options, then verbs."""
        _write_parameters(self, ctx, formatter)
        self.format_commands(ctx, formatter)

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        """Every verb under its heading."""
        by_heading: dict[str, list[tuple[str, str]]] = {}
        width = max(map(len, self.commands))
        for name, verb in self.commands.items():
            heading = getattr(verb, "rich_help_panel", None) or "Verbs"
            said = " ".join((verb.help or "").split("\n\n")[0].split())
            by_heading.setdefault(heading, []).append((name.ljust(width), said))
        for heading, verbs in by_heading.items():
            with formatter.section(heading):
                formatter.write_dl(verbs)


def _write_parameters(command: TyperCommand | TyperGroup, context: Any, formatter: Any) -> None:
    shown: dict[str, list[tuple[str, str]]] = {"Arguments": [], "Options": []}
    for parameter in command.get_params(context):
        record = parameter.get_help_record(context)
        if record is not None:
            heading = "Arguments" if isinstance(parameter, TyperArgument) else "Options"
            name, said = record[0].replace(" <str>", ""), record[1]
            shown[heading].append((name, "Show this help." if "--help" in name else said))
    for heading, rows in shown.items():
        if rows:
            with formatter.section(heading):
                formatter.write_dl(rows)


def help_and_examples(verb: Any) -> tuple[str, str]:
    """A verb's docstring: what it says, and its examples, one to a line."""
    paragraphs = [" ".join(part.split()) for part in (verb.__doc__ or "").split("\n\n")]
    examples = [part for part in paragraphs if part.startswith(EXAMPLE)]
    said = [part for part in paragraphs if part and part not in examples]
    return "\n\n".join(said), "\n".join(part.removeprefix(EXAMPLE) for part in examples)


class NoVerb(typer.TyperException):
    """Options, and no verb they could be for."""

    def __init__(self) -> None:
        """Nobody reads a message of it."""
        super().__init__("")


# ---- lines that cannot be read ------------------------------------------------------------------


def usage_failure(
    error: typer.TyperException, arguments: Sequence[str], verbs: Sequence[str]
) -> Failure:
    """What is wrong with `arguments`, in our own words; `verbs` are all there are."""
    path = _path(arguments, verbs)
    if isinstance(error, NoVerb) or type(error).__name__ == "NoArgsIsHelpError":
        prefix = "".join(f"{word} " for word in path)
        own = [verb.removeprefix(prefix) for verb in verbs if verb.startswith(prefix)]
        own = [verb for verb in own if " " not in verb]
        message = f"the verb is missing: {prefix}VERB, one of {', '.join(own)}"
        # People get the help instead: the names alone would not tell them much.
        return _failure(message, {"verbs": own}, [], text=error.message or None)
    message, details = _explained(error, " ".join(path), verbs)
    return _failure(message, details, [command_of(*path, "--help")])


def _failure(
    message: str, details: Mapping[str, Any], commands: Sequence[str], text: str | None = None
) -> Failure:
    more = {**details, "commands": commands}
    return Failure("bad_input", "bad_usage", message, more, text=text)


def _path(arguments: Sequence[str], verbs: Sequence[str]) -> Sequence[str]:
    """The verb that is called, after that of its group, as far as there is such a one."""
    if arguments[:1] == [NAMING_OPTION]:
        arguments = arguments[2:]
    for length in (2, 1):
        if len(arguments) >= length and " ".join(arguments[:length]) in verbs:
            return arguments[:length]
    return ()


def _explained(
    error: typer.TyperException, verb: str, verbs: Sequence[str]
) -> tuple[str, dict[str, Any]]:
    """The message, and its parts for programs."""
    said = error.message
    option: str | None = getattr(error, "option_name", None)
    parameter = getattr(error, "param", None)
    taker = verb or "the command line itself"
    if parameter is not None:
        return _of_parameter(error, parameter)
    if option is not None and said.startswith("No such option"):
        if option == "--json":
            return "write --json after the verb", {"option": option}
        near = list(getattr(error, "possibilities", None) or ())
        hint = did_you_mean(near)
        if not hint and not option.lstrip("-")[:1].isalpha():
            hint = ": write -- before a value that begins with -"
        return f"{taker} has no option {quoted(option)}{hint}", {"option": option, "near": near}
    if option is not None:
        needs = "takes no value" if "does not take" in said else "needs a value after it"
        return f"{option} {needs}", {"option": option}
    if found := re.match(r"No such command (['\"])(?P<word>.*?)\1\.", said):
        word = found["word"]
        prefix = f"{verb} " if verb else ""
        near = _near_verbs(
            word, [each.removeprefix(prefix) for each in verbs if each.startswith(prefix)]
        )
        has_none = f"{verb} has" if verb else "there is"
        return f"{has_none} no verb {quoted(word)}{did_you_mean(near)}", {
            "verb": word,
            "near": near,
        }
    if found := re.match(r"Got unexpected extra argument.*? \((?P<words>.*)\)", said):
        return f"{taker} takes no more words: leave out {quoted(found['words'])}", {}
    return f"{taker} cannot be read as it is written", {}


def _of_parameter(error: typer.TyperException, parameter: Any) -> tuple[str, dict[str, Any]]:
    is_option = parameter.param_type_name == "option"
    name = max(parameter.opts, key=len) if is_option else parameter.display_name_raw.upper()
    details: dict[str, Any] = {"option" if is_option else "argument": name}
    choices = [str(choice.value) for choice in parameter.type_descriptor.choices or ()]
    help = (parameter.help or "").rstrip(".")
    if help[1:2].islower():  # an abbreviation stays as it is
        help = help[:1].lower() + help[1:]
    what = f": {help}" if help else ""
    if choices:
        details["choices"] = choices
        what = f": write {either(choices)}"
    if type(error).__name__ == "MissingParameter":
        return f"{name} is missing{what}", details
    given = next(iter(_inputs(error)), "")
    details["near"] = get_close_matches(given, choices)
    return f"{name} cannot be {quoted(given)}{what}", details


def _inputs(error: BaseException) -> Iterator[str]:
    cause: Any = error.__cause__
    if cause is not None and hasattr(cause, "errors"):
        yield from (str(each["input"]) for each in cause.errors())


def _near_verbs(word: str, verbs: Sequence[str]) -> list[str]:
    """Verbs that are written much the same, and those of a group that are called so."""
    own = [verb for verb in verbs if verb.split()[-1] == word]
    return own or get_close_matches(word, verbs)
