#!/usr/bin/env bash
# Measures code and stack of kernels on cores and prints footprints.def. Code is text and constants of the object. Stack is the
# frames of all functions of the object, which bounds every chain of calls among them, plus what a routine of the compiler's
# library needs where the object calls any: arithmetic that the core has no instruction for, memset or memcpy. Those routines come
# in members of libgcc and libc, which kernels share: the linker says which ones a kernel draws in.
#
# Usage: runtime-c/footprints.sh > runtime-c/footprints.def      all kernels on all cores
#        runtime-c/footprints.sh SYMBOL,CORE ...                 these only, as a test does
#        runtime-c/footprints.sh -C FOLDER [SYMBOL,CORE ...]     those of a pack, whose include/ and src/ lie in the folder
#        runtime-c/footprints.sh -u SYMBOL ...                   these on all cores, into footprints.def
set -euo pipefail
sources="src" extra="" entry=te_entry.c table=footprints.def old=""
if [ "${1-}" = -C ]; then
  folder=$(cd "$2" && pwd)
  sources=$folder/src extra=-I$folder/include entry="" table=$folder/footprints.def
  shift 2
fi
if [ "${1-}" = -u ]; then
  old=$table
  shift
fi
cd "$(dirname "$0")"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

routine_stack=64
common="-std=c99 -O2 -mthumb -ffp-contract=off -fno-strict-aliasing"

flags() {
  case $1 in
    cortex-m0plus | cortex-m3) echo "-mcpu=$1 -DTE_REQUANTIZE_INTEGER=1" ;;
    cortex-m4) echo "-mcpu=$1 -mfpu=fpv4-sp-d16 -mfloat-abi=hard" ;;
    cortex-m7 | cortex-m33) echo "-mcpu=$1 -mfpu=fpv5-sp-d16 -mfloat-abi=hard" ;;
    cortex-m55) echo "-mcpu=$1 -mfloat-abi=hard -fno-tree-vectorize" ;;
    *) echo "no such core: $1" >&2; return 1 ;;
  esac
}

# What the emitted functions around the kernels ask of the libraries: copies, zeros, the tests before an update, the schedule.
cat > "$work/te_entry.c" <<'ENTRY'
#include <stddef.h>
#include "te_kernels.h"
#include "te_guard.h"

int te_entry(unsigned char *restrict to, const unsigned char *restrict from, size_t bytes, float *x, float lr, uint32_t step, uint32_t total)
{
    for (size_t i = 0; i < bytes; i++) {
        to[i] = from[i];
    }
    for (size_t i = 0; i < 100; i++) {
        x[i] = 0.0f;
    }
    const float u = 3.14159265f * ((float)step / (float)total - 0.5f);
    x[0] = te_widest(lr, x[1], x[2]) * (1.0f - u);
    return te_within(x, 100, x[0]);
}
ENTRY

# The row of SYMBOL,CORE, into a file of that name; beside it a list of "member bytes".
measure() {
  local symbol=${1%,*} core=${1#*,} object=$work/$1.o source options code stack members
  options=$(flags "$core")
  source=$([ "$symbol" = te_entry ] && echo "$work/te_entry.c" || echo "$sources"/*/"$symbol.c")
  # shellcheck disable=SC2086
  arm-none-eabi-gcc $common $options -fstack-usage -ffunction-sections -fdata-sections -Iinclude $extra -c "$source" -o "$object"
  # shellcheck disable=SC2086
  arm-none-eabi-gcc -mthumb $options -nostartfiles -nodefaultlibs -Wl,--gc-sections "-Wl,--entry=$symbol" -Xlinker "-Map=$work/$1.map" "$object" -lc -lgcc -o "$work/$1.elf"
  # Sections that the linker kept of archives: name, address, size, archive(member); long names stand on a line of their own.
  awk '/^Linker script and memory map/ { kept = 1 } /^ \.[^ ]/ { section = $1 }
    kept && section ~ /^\.(text|rodata|data|ARM\.ex)/ && match($0, /0x[0-9a-f]+ +0x[0-9a-f]+ .*\.a\([^)]*\)$/) {
      split(substr($0, RSTART), word, / +/)
      name = $0; sub(/.*\(/, "", name); sub(/\.o\)$/, "", name)
      if (word[2] != "0x0") print name, word[2]
    }' "$work/$1.map" | while read -r name bytes; do echo "$name $((bytes))"; done |
    awk '{ sum[$1] += $2 } END { for (m in sum) print m, sum[m] }' | LC_ALL=C sort > "$work/$1.members"
  code=$(arm-none-eabi-size "$object" | awk 'NR == 2 { print $1 }')
  stack=$(awk -F'\t' '$3 != "static" { print "frame of unknown size: " $0 > "/dev/stderr"; exit 1 } { sum += $2 } END { print sum + 0 }' "${object%.o}.su")
  [ -z "$(arm-none-eabi-nm -u "$object")" ] || stack=$((stack + routine_stack))
  members=$(cut -d' ' -f1 "$work/$1.members" | paste -sd' ')
  echo "FOOTPRINT($symbol, $core, $code, $stack, $members)" > "$work/$1"
}

cores="cortex-m0plus cortex-m3 cortex-m4 cortex-m7 cortex-m33 cortex-m55"
on_all_cores() {
  for symbol in "$@"; do
    for core in $cores; do
      echo "$symbol,$core"
    done
  done
}

# What is measured, and the rows that are printed: with -u those of the table as well.
measured=("$@")
listed=("$@")
if [ $# -eq 0 ] || [ -n "$old" ]; then
  mapfile -t listed < <(on_all_cores $(for source in "$sources"/*/*.c $entry; do basename "$source" .c; done))
  [ -n "$old" ] && mapfile -t measured < <(on_all_cores "$@") || measured=("${listed[@]}")
fi

export -f flags measure
export work routine_stack common sources extra
printf '%s\n' "${measured[@]}" | xargs -P "$(getconf _NPROCESSORS_ONLN)" -I{} bash -euo pipefail -c 'measure {}'

{
cat <<HEAD
/* Code and stack in bytes of every kernel on every core at -O2, and the members of the compiler's libraries that it draws in; te_entry
 * stands for the emitted functions around the kernels. Then the code of each member, the most that any kernel needs of it. Made by
 * footprints.sh; a test compares, where it has the compiler that made them:
 *
 *   $(arm-none-eabi-gcc --version | head -1)
 *
 *   FOOTPRINT(symbol, core, code, stack, members)
 *   LIBRARY(member, core, code) */
HEAD
printf '%s\n' "${listed[@]}" | awk -v work="$work" -v old="$old" -F'[(,] *' '
  BEGIN { while (old != "" && (getline line < old) > 0) if (split(line, cell, /[(,] */) > 2 && cell[1] == "FOOTPRINT") row[cell[2] "," cell[3]] = line }
  { file = work "/" $0; if ((getline line < file) > 0) row[$0] = line; if ($0 in row) print row[$0] }'
for core in $cores; do
  {
    [ -z "$old" ] || sed -n "s/^LIBRARY(\\(.*\\), $core, \\(.*\\))$/\\1 \\2/p" "$old"
    find "$work" -name "*,$core.members" -exec cat {} +
  } | awk -v core="$core" '$2 > most[$1] { most[$1] = $2 } END { for (m in most) print "LIBRARY(" m ", " core ", " most[m] ")" }' | LC_ALL=C sort
done
} > "$work/table"
if [ -n "$old" ]; then cp "$work/table" "$old"; else cat "$work/table"; fi
