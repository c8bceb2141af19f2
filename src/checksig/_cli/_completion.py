"""What a shell may complete. Its function runs this command with the words typed, and offers what is printed.

Each line is a word and, after a tab, what it means. A line that begins with a colon says instead which
paths the shell is to complete, which does that better.
"""

from __future__ import annotations

from checksig._cli._commands import COMMANDS, GLOBAL, SAME, commands_of
from checksig._cli._exit import Exit
from checksig._cli._streams import put
from checksig._cli._usage import usage
from checksig._words import LISTED

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from checksig._cli._options import Option

_LISTS, _FILES, _DIRECTORIES = ":lists", ":files", ":directories"
"""Paths: with the first, no other files are offered where the names of some look like those of lists."""

_PATHS = {"DIR": _DIRECTORIES, "FILE": _FILES, "LIST": _LISTS, "PATH": _FILES}
"""Which paths an option takes, by the name of its value."""

_MARKS = ("sum", "digest", "hashdeep", "sfv", *LISTED)
"""What the name of a list holds, more or less: the engine knows the rule. Every shell takes them literally."""

_SCRIPTS = {
    "bash_source": r"""
_checksig() {
    local current=${COMP_WORDS[COMP_CWORD]} found path
    mapfile -t found < <(_CHECKSIG_COMPLETE=words "$1" "${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
    COMPREPLY=()
    case ${found[0]-} in
    :directories) compopt -o dirnames -o filenames ;;
    :files) compopt -o default -o filenames ;;
    :lists)
        [[ $current == = ]] && current=
        while IFS= read -r path; do
            [[ ! -d $path && ${path,,} =~ [^/]*(MARKS)[^/]*$ ]] && COMPREPLY+=("$path")
        done < <(compgen -f -- "$current")
        compopt -o filenames
        if ((${#COMPREPLY[@]})); then compopt -o plusdirs; else compopt -o default; fi
        ;;
    ?*)
        COMPREPLY=("${found[@]%%$'\t'*}")
        compopt -o nosort 2>/dev/null || true
        ;;
    esac
}
complete -F _checksig checksig
""",
    "zsh_source": r"""
#compdef checksig
_checksig() {
    local -a found
    found=("${(@f)$(_CHECKSIG_COMPLETE=words ${words[1]} "${(@)words[2,CURRENT]}" 2>/dev/null)}")
    [[ $found[1] == :* ]] && compset -P '--[^=]##='
    case $found[1] in
    :directories) _files -/ ;;
    :files) _files ;;
    :lists) _files -g '(#i)*(MARKS)*' ;;
    ?*) found=("${(@)found/$'\t'/:}"); _describe -V checksig found ;;
    esac
}
if [[ $funcstack[1] == _checksig ]]; then _checksig "$@"; else compdef _checksig checksig; fi
""",
    "fish_source": r"""
function _checksig
    set -l token (commandline -ct)
    set -l found (_CHECKSIG_COMPLETE=words checksig (commandline -opc)[2..-1] $token 2>/dev/null)
    set -l option (string match --regex -- '^--[^=]+=' $token)
    set -l start (string replace --regex -- '^--[^=]+=' '' $token)
    if string match --quiet -- ':*' "$found[1]"
        set -l paths (complete --do-complete "'' $start")
        set -l directories (string match --regex -- '^[^\t]*/(?:\t.*)?$' $paths)
        set -l lists (string match --regex --ignore-case -- '^[^\t]*(?:MARKS)[^/\t]*(?:\t.*)?$' $paths)
        switch "$found[1]"
            case :directories
                set found $directories
            case :lists
                test -n "$lists"; and set found $directories $lists; or set found $paths
            case '*'
                set found $paths
        end
    else
        set option
    end
    test -n "$found"; and printf "$option%s\n" $found
end
complete --command checksig --no-files --keep-order --arguments '(_checksig)'
""",
}


def complete(wanted: str, words: Sequence[str]) -> int:
    """Print the script for a shell, or what the last of *words* may become. Returns the exit status."""
    if wanted in _SCRIPTS:
        put(_SCRIPTS[wanted].strip().replace("MARKS", "|".join(_MARKS)))
        return Exit.OK
    if wanted != "words":
        return usage(f"_CHECKSIG_COMPLETE is {wanted!r}", f"the scripts are {', '.join(_SCRIPTS)}")
    for line in _lines(words or [""]):
        put(line)
    return Exit.OK


def _lines(words: Sequence[str]) -> Iterator[str]:
    *before, last = joined = _joined(words)
    named = [SAME.get(word, word) for word in before]
    place = next((i for i, word in enumerate(named) if word in COMMANDS), -1)
    command = COMMANDS[named[place]] if place >= 0 else None
    within = commands_of(named[place]) if command else {}
    if within and place + 1 < len(named):
        command, within = within.get(f"{named[place]} {named[place + 1]}", command), {}
    options = () if "--" in before[place + 1 :] else command.options if command else GLOBAL
    name, equals, value = last.partition("=") if last.startswith("--") else ("".join(before[-1:]), "", last)
    valued = _valued(name, options)
    if valued and valued.default and not equals:
        valued = None  # the next word is none of its values
    if valued and valued.metavar in _PATHS:
        yield _PATHS[valued.metavar]
    elif valued:
        typed = name + equals if len(joined) == len(words) and equals else ""  # bash completes the value alone
        yield from (typed + choice for choice in valued.choices if choice.startswith(value))
    elif last.startswith("-") and options:
        found = ((spelling, option.help) for option in options if option.help for spelling in option.spellings)
        yield from (f"{word}\t{meaning}" for word, meaning in found if word.startswith(last))
    elif within:
        found = ((name.split()[-1], of.summary) for name, of in within.items())
        yield from (f"{word}\t{meaning}" for word, meaning in found if word.startswith(last))
    elif command and "PART" in command.operands:
        yield _FILES
    elif command:
        yield _LISTS if "LIST" in command.operands or "OLD" in command.operands else _DIRECTORIES
    else:
        yield from [f"{word}\t{of.summary}" for word, of in COMMANDS.items() if word.startswith(last)] or [_LISTS]


def _joined(words: Sequence[str]) -> list[str]:
    """Put together what bash takes apart: the name of an option, an equals sign, and the value if there is one."""
    joined: list[str] = []
    for word in words:
        if joined and joined[-1].startswith("--") and (word == "=" or joined[-1].endswith("=")):
            joined[-1] += word
        else:
            joined.append(word)
    return joined


def _valued(spelling: str, options: Sequence[Option]) -> Option | None:
    """Return the option of this name that takes a value, if there is one."""
    return next((option for option in options if option.metavar and spelling in option.spellings), None)
