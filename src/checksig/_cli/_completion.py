"""What a shell may complete. Its function runs this command with the words typed, and offers what is printed.

Each line is a word and, after a tab, what it means. Where there is no line, the shell completes paths.
"""

from __future__ import annotations

from checksig._cli._commands import COMMANDS, GLOBAL
from checksig._cli._exit import Exit
from checksig._cli._streams import put
from checksig._cli._usage import usage

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from checksig._cli._options import Option

_SCRIPTS = {
    "bash_source": r"""
_checksig() {
    mapfile -t COMPREPLY < <(_CHECKSIG_COMPLETE=words "$1" "${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
    COMPREPLY=("${COMPREPLY[@]%%$'\t'*}")
    ((${#COMPREPLY[@]} == 0)) || compopt -o nosort 2>/dev/null || true
}
complete -o default -F _checksig checksig
""",
    "zsh_source": r"""
#compdef checksig
_checksig() {
    local -a found
    found=("${(@f)$(_CHECKSIG_COMPLETE=words ${words[1]} "${(@)words[2,CURRENT]}" 2>/dev/null)}")
    if [[ -n $found ]]; then
        found=("${(@)found/$'\t'/:}")
        _describe -V checksig found
    else
        _files
    fi
}
compdef _checksig checksig
""",
    "fish_source": r"""
function _checksig
    set -l found (_CHECKSIG_COMPLETE=words checksig (commandline -opc)[2..-1] (commandline -ct) 2>/dev/null)
    if test -n "$found"
        printf '%s\n' $found
    else
        __fish_complete_path (commandline -ct)
    end
end
complete --command checksig --no-files --arguments '(_checksig)'
""",
}


def complete(wanted: str, words: Sequence[str]) -> int:
    """Print the script for a shell, or what the last of *words* may become. Returns the exit status."""
    if wanted in _SCRIPTS:
        put(_SCRIPTS[wanted].strip())
        return Exit.OK
    if wanted != "words":
        return usage(f"_CHECKSIG_COMPLETE is {wanted!r}", f"the scripts are {', '.join(_SCRIPTS)}")
    for word, meaning in _candidates(words or [""]):
        put(f"{word}\t{meaning}".rstrip("\t"))
    return Exit.OK


def _candidates(words: Sequence[str]) -> Iterator[tuple[str, str]]:
    # bash takes --name=value apart: the name, an equals sign, and the value if there is one.
    assigned = "=" in words[-2:]
    *before, last = [*(word for word in words[:-1] if word != "="), "" if words[-1] == "=" else words[-1]]
    place = next((i for i, word in enumerate(before) if word in COMMANDS), -1)
    command = COMMANDS[before[place]] if place >= 0 else None
    options = () if "--" in before[place + 1 :] else command.options if command else GLOBAL
    name, equals, beginning = last.rpartition("=")
    valued = _valued(name if equals else "".join(before[-1:]), options)
    if valued and valued.default and not (equals or assigned):
        valued = None  # the next word is none of its values
    if valued:
        found = ((f"{name}{equals}{choice}", "") for choice in valued.choices if choice.startswith(beginning))
    elif last.startswith("-"):
        found = ((spelling, option.help) for option in options if option.help for spelling in option.spellings)
    else:
        found = ((name, of.summary) for name, of in COMMANDS.items() if not command)
    return ((word, meaning) for word, meaning in found if word.startswith(last))


def _valued(spelling: str, options: Sequence[Option]) -> Option | None:
    """Return the option of this name that takes a value, if there is one."""
    return next((option for option in options if option.metavar and spelling in option.spellings), None)
