"""Completion of verbs and options in a shell: for `./dev run starter.py …`, and a function `starter`.

A shell asks the command line itself what may come next, in the way that typer has for bash: words and
the place of the cursor in the environment, one answer to a line.
"""

import shlex
from collections.abc import Sequence
from enum import StrEnum

COMPLETE_VARIABLE = "_STARTER_COMPLETE"


class Shell(StrEnum):
    """A shell that can be helped."""

    bash = "bash"
    zsh = "zsh"
    fish = "fish"


_BASH = """
starter() { {CALL} "$@"; }
_starter_complete() {
    local first=1 IFS=$'\\n'
    local -a call=({CALL})
    if [ "${COMP_WORDS[0]##*/}" = dev ]; then
        [ "${COMP_WORDS[1]}" = run ] && [ "${COMP_WORDS[2]##*/}" = starter.py ] || return
        [ "$COMP_CWORD" -gt 2 ] || return
        first=3 call=("${COMP_WORDS[@]:0:3}")
    fi
    COMPREPLY=($(COMP_WORDS="starter.py ${COMP_WORDS[*]:first}" \\
        COMP_CWORD=$((COMP_CWORD - first + 1)) {VARIABLE}=complete_bash "${call[@]}" 2>/dev/null))
}
complete -o default -F _starter_complete starter dev
"""

_ZSH = """
starter() { {CALL} "$@"; }
_starter_complete() {
    local first=1
    local -a call=({CALL}) found
    if [[ ${words[1]:t} == dev ]]; then
        if [[ ${words[2]} != run || ${words[3]:t} != starter.py || $CURRENT -le 3 ]]; then
            _files
            return
        fi
        first=3 call=("${(@)words[1,3]}")
    fi
    found=(${(f)"$(COMP_WORDS="starter.py ${(pj:\\n:)${(@)words[first+1,-1]}}" \\
        COMP_CWORD=$((CURRENT - first)) {VARIABLE}=complete_bash "${call[@]}" 2>/dev/null)"})
    if (( $#found )); then compadd -a found; else _files; fi
}
(( $+functions[compdef] )) || { autoload -Uz compinit && compinit; }
compdef _starter_complete starter dev
"""

_FISH = """
function starter; {CALL} $argv; end
function __starter_complete
    set -l words (commandline -opc)
    set -l call {CALL}
    set -l first 2
    if string match -qr '(^|/)dev$' -- $words[1]
        test "$words[2]" = run; and string match -qr '(^|/)starter.py$' -- $words[3]; or return
        set call $words[1..3]
        set first 4
    end
    set -l asked starter.py $words[$first..-1] (commandline -ct)
    env COMP_WORDS=(string join \\n -- $asked | string collect) \\
        COMP_CWORD=(math (count $asked) - 1) {VARIABLE}=complete_bash $call 2>/dev/null
end
complete -c starter -a '(__starter_complete)'
complete -c dev -a '(__starter_complete)'
"""

_SCRIPTS = {Shell.bash: _BASH, Shell.zsh: _ZSH, Shell.fish: _FISH}


def script(shell: Shell, call: Sequence[str]) -> str:
    """What a shell evaluates to complete; `call` are the words that call us from any folder."""
    return (
        _SCRIPTS[shell]
        .replace("{CALL}", shlex.join(call))
        .replace("{VARIABLE}", COMPLETE_VARIABLE)
        .strip()
    )
