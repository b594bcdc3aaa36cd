# SPDX-License-Identifier: MIT
# bash completion of dtrace(8): options, subcommands, sessions and their parameters, names of providers and probes.
# Providers and sessions come from their YAML files. Probes are listed by the command itself, which only root can,
# and kept for an hour in ~/.cache/dtrace.

_dtrace_options='-3 -6 -a -A -b -B -c -C -D -e -f -F -G -h -H -i -I -l -L -m -n -o -p -P -q -s -S -U -v -V -w -x -X -Z
  --json --guest --session --set --check --explain --help --version'
_dtrace_settings='aggpack agghist aggpercpu aggrate aggsize aggsortkey aggsortkeypos aggsortpos aggsortrev aggzoom amin
  argref bufpolicy bufresize bufsize cleanrate cpp cppargs cpphdrs cpppath cpu decode defaultargs define destructive
  disasm droptags dynvarsize empty errtags evaltime firebudget flowindent incdir jstackframes jstackstrsize knodefs ldpath libdir
  linkmode maxframes nolibs noresolve nspec printsize profalign pspec quiet quietresize rawbytes scratchsize specsize
  stackframes stackindent statusrate stdc strip strsize switchrate temporal tree undef unodefs ustackframes verbose
  version zdefs'

# The YAML files of a kind: beside the command, the machine's, the user's.
_dtrace_yaml() {
  local command prefix
  command=$(readlink -f "$(command -v "${COMP_WORDS[0]}")" 2> /dev/null)
  prefix=${command%/*/*}
  ls -d "$prefix/config/$1"/*.yaml "$prefix/share/dtrace/$1"/*.yaml "/etc/dtrace/$1"/*.yaml \
    "${XDG_CONFIG_HOME:-$HOME/.config}/dtrace/$1"/*.yaml 2> /dev/null
}

_dtrace_names() { _dtrace_yaml "$1" | sed 's#.*/##; s#\.yaml$##' | sort -u; }

# Names of parameters of the session on this command line, with a = behind them.
_dtrace_parameters() {
  local i file
  for ((i = 1; i < COMP_CWORD; i++)); do
    if [ "${COMP_WORDS[i]}" = --session ]; then
      for file in "${COMP_WORDS[i + 1]}" $(_dtrace_yaml sessions | grep "/${COMP_WORDS[i + 1]}\.yaml$"); do
        [ -f "$file" ] && sed -nE '/^parameters:/,/^[a-z]/s/^  ([A-Za-z0-9_]+):.*/\1=/p' "$file"
      done
    fi
  done
}

# All probes of a provider, provider:module:function:name, one a line.
_dtrace_probes() {
  local cache=${XDG_CACHE_HOME:-$HOME/.cache}/dtrace file
  file=$cache/probes-$(uname -r)-$1
  if [ -z "$(find "$file" -mmin -60 2> /dev/null)" ] && [ "$EUID" -eq 0 ]; then
    mkdir -p "$cache" || return
    # Two parts may be blank: with one word less, the width of the gap tells which.
    timeout 5 "${COMP_WORDS[0]}" -l -P "$1" 2> /dev/null < /dev/null | awk 'NR > 1 {
      rest = $0
      sub(/^ *[0-9]+ +[^ ]+/, "", rest)
      match(rest, /[^ ]/)
      module = NF == 5 || (NF == 4 && RSTART < 20) ? $3 : ""
      function_name = NF == 5 ? $4 : NF == 4 && module == "" ? $3 : ""
      print $2 ":" module ":" function_name ":" $NF
    }' > "$file.new" && mv "$file.new" "$file"
  fi
  cat "$file" 2> /dev/null
}

# Probe descriptions that begin like the text: whole parts at a time.
_dtrace_descriptions() {
  local text=$1 provider=${1%%:*}
  if [ "$provider" = "$text" ]; then
    { _dtrace_names providers.d | sed 's/$/:/'; printf '%s\n' BEGIN END ERROR; } | grep -F -- "$text"
    return
  fi
  case $provider in
    *[!A-Za-z0-9_-]* | '') return ;;
  esac
  # An empty part on the line stands for any: keep it empty.
  _dtrace_probes "$provider" | awk -v text="$text" -F: '
    BEGIN { parts = split(text, want, ":") }
    {
      line = want[1]
      for (i = 2; i < parts; i++) {
        if (want[i] != "" && want[i] != $i) next
        line = line ":" want[i]
      }
      if (index($parts, want[parts]) != 1) next
      line = line ":" $parts (parts < 4 ? ":" : "")
      if (!(line in seen)) { seen[line] = 1; print line }
      if (++n > 100000) exit
    }'
}

_dtrace() {
  local line=${COMP_LINE:0:COMP_POINT} previous=${COMP_WORDS[COMP_CWORD - 1]} word shell_word strip candidates=
  # The word as a person sees it, whatever bash takes for separators: from the last blank or opening quote on.
  word=${line##*[[:space:]]}
  word=${word#[\"\']}
  shell_word=${COMP_WORDS[COMP_CWORD]#[\"\']}
  case $shell_word in
    : | = | ::*) shell_word= ;;
  esac
  strip=${word%"$shell_word"}
  # The option before this word: with separators inside the word, it is further back than bash thinks.
  line=${line%"$word"}
  line=${line%[\"\']}
  previous=$(printf '%s\n' "$line" | awk '{ print $NF }')
  COMPREPLY=()
  case $previous in
    -P) candidates=$(_dtrace_names providers.d) ;;
    -n | -f | -m) candidates=$(_dtrace_descriptions "$word") ;;
    -s) mapfile -t COMPREPLY < <(compgen -f -X '!*.d' -- "$word"; compgen -d -- "$word"); compopt -o filenames; return ;;
    -o) mapfile -t COMPREPLY < <(compgen -f -- "$word"); compopt -o filenames; return ;;
    -L | -I) mapfile -t COMPREPLY < <(compgen -d -- "$word"); compopt -o filenames; return ;;
    -p) candidates=$(cd /proc && ls -d [0-9]*) ;;
    -c) mapfile -t COMPREPLY < <(compgen -c -- "$word"); return ;;
    -x) candidates=$_dtrace_settings ;;
    -B) candidates='switch fill ring' ;;
    -X) candidates='a c s t' ;;
    -b | -D | -U | -i | -3 | -6) return ;;
    --set) candidates=$(_dtrace_parameters); compopt -o nospace ;;
    --session)
      candidates=$(_dtrace_names sessions)
      mapfile -t COMPREPLY < <(compgen -f -X '!*.yaml' -- "$word")
      ;;
    *)
      candidates=$_dtrace_options
      [ "$COMP_CWORD" -ne 1 ] || candidates+=' doctor providers sessions'
      [ "${COMP_WORDS[1]}" != doctor ] && [ "${COMP_WORDS[1]}" != providers ] && [ "${COMP_WORDS[1]}" != sessions ] ||
        candidates=--json
      ;;
  esac
  local one
  while read -r one; do
    [[ -z $one || $one != "$word"* ]] || COMPREPLY+=("${one#"$strip"}")
  done <<< "${candidates//[[:space:]]/$'\n'}"
  # A part of a description, and the next one goes on without a blank.
  [[ ${COMPREPLY[0]:-} != *: ]] || compopt -o nospace
}
complete -F _dtrace dtrace
