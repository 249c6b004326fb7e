#!/usr/bin/env bash
# Measures code, stack and instructions of kernels on cores and prints measured.def. Code is text and constants of the object. Stack is the
# longest chain of calls among the functions of the object, by the frames in the linked program, plus what a routine of the compiler's
# library needs where the object calls any: arithmetic that the core has no instruction for, memset or memcpy. Those routines come
# in members of libgcc and libc, which kernels share: the linker says which ones a kernel draws in. Files below src/ that define no kernel
# are members like those: a kernel draws in the files whose names occur as words in its text or in the headers that it includes. Their
# code is that of the member, their frames count in the kernel's chains.
# Instructions are counted on the emulated boards, for the calls of samples.def (measure.c); those of packs are not.
#
# Usage: runtime-c/measure.sh > runtime-c/measured.def      all kernels on all cores
#        runtime-c/measure.sh SYMBOL,CORE ...                 these only, as a test does
#        runtime-c/measure.sh -C FOLDER [SYMBOL,CORE ...]     those of a pack, whose include/ and src/ lie in the folder
#        runtime-c/measure.sh -u SYMBOL ...                   these on all cores, into measured.def
set -euo pipefail
sources="src" extra="" entry=te_entry.c table=measured.def old=""
if [ "${1-}" = -C ]; then
  folder=$(cd "$2" && pwd)
  sources=$folder/src extra=-I$folder/include entry="" table=$folder/measured.def
  shift 2
fi
if [ "${1-}" = -u ]; then
  old=$table
  shift
fi
cd "$(dirname "$0")"
root=$PWD
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

# The emitted functions around the kernels, measured for the library members that they draw in: copies, zeros, the tests before an
# update, the schedule.
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

# The rows of kernels.def, one a line.
rows() {
  sed -n '/^KERNEL(/,$p' "$1" | tr '\n' ' ' | sed 's/ KERNEL(/\nKERNEL(/g'
}

# The cores that run a kernel: those of its row, all for anything else.
cores_of() {
  case $(sed -n "s/^KERNEL($1, .*), *\(any\|dsp\|mve\), *\".*/\1/p" "$work/rows") in
    dsp) echo "$dsp_cores" ;;
    mve) echo cortex-m55 ;;
    *) echo "$cores" ;;
  esac
}

# The files without a kernel that a source needs, for these options of the compiler.
parts_of() {
  local source=$1 options=$2 found="" more=$1 texts part stem
  while [ -n "$more" ]; do
    # shellcheck disable=SC2086
    texts=$(for source in $more; do arm-none-eabi-gcc -MM $common $options -Iinclude $extra "$source"; done | tr -d '\\' | tr ' ' '\n' | grep -v ':$' | grep -v '[.]def$' | sort -u)
    more=""
    for part in $(cat "$work/parts"); do
      stem=$(basename "$part" .c)
      # shellcheck disable=SC2086
      if [[ " $found " != *" $part "* ]] && grep -qw "$stem" $texts; then
        found="$found $part" more="$more $part"
      fi
    done
  done
  echo $found
}

# Bytes of stack of the longest chain of calls from a symbol on, in a linked program, among the functions of these objects. A call by
# pointer may lead to any of them that no other calls by name.
stack_of() {
  local symbol=$1 program=$2
  shift 2
  for frames in "${@/%.o/.su}"; do
    awk -F'\t' '$3 != "static" { print "frame of unknown size: " $0 > "/dev/stderr"; exit 1 }' "$frames"
  done
  { arm-none-eabi-nm "$@" | awk 'NF == 3 { print "own\t" $3 }'; arm-none-eabi-objdump -d "$program"; } | awk -F'\t' -v entry="$symbol" '
    function registers(list, n, i, item, ends) {
      n = 0
      gsub(/[{} ]/, "", list)
      for (i = split(list, item, ","); i > 0; i--) {
        n += split(item[i], ends, "-") == 2 ? substr(ends[2], 2) - substr(ends[1], 2) + 1 : 1
      }
      return n
    }
    function number(text) { sub(/.*#-?/, "", text); return text + 0 }
    function deeper(a, b) { return a > b ? a : b }
    function chain(name, i, callee, deepest) {
      if (name in depth) return depth[name]
      depth[name] = 0
      for (i = split(calls[name], callee, " "); i > 0; i--) deepest = deeper(chain(callee[i]), deepest)
      for (i in frame) if (by_pointer[name] && !(i in called) && i != entry) deepest = deeper(chain(i), deepest)
      return depth[name] = frame[name] + deepest
    }
    $1 == "own" { own[$2] = 1; next }
    /^[0-9a-f]+ <.*>:$/ { name = $0; sub(/.*</, "", name); sub(/>:$/, "", name); if (name in own) frame[name] += 0; next }
    !(name in own) { next }
    $3 ~ /^v?push/ || ($3 ~ /^v?stmdb/ && $4 ~ /^sp!/) {
      list = $4; sub(/^sp!, */, "", list); sub(/[;@].*/, "", list)
      frame[name] += (list ~ /d[0-9]/ ? 8 : 4) * registers(list)
    }
    ($3 ~ /^sub(w|[.]w)?$/ && $4 ~ /^sp, (sp, )?#/) || ($3 ~ /^strd?$/ && $4 ~ /\[sp, #-[0-9]+\]!/) { sub(/[;@].*/, "", $4); frame[name] += number($4) }
    $3 ~ /^b(l|[.]w|[.]n)?$/ && match($4, /<[^>+]*>/) {
      callee = substr($4, RSTART + 1, RLENGTH - 2)
      if (callee in own && callee != name) { calls[name] = calls[name] " " callee; called[callee] = 1 }
    }
    $3 == "blx" || ($3 == "bx" && $4 !~ /^lr/) { by_pointer[name] = 1 }
    END { print chain(entry) }'
}

# The row of SYMBOL,CORE, into a file of that name; beside it a list of "member bytes".
measure() {
  local symbol=${1%,*} core=${1#*,} object=$work/$1.o source options code stack members part
  options=$(flags "$core")
  source=$([ "$symbol" = te_entry ] && echo "$work/te_entry.c" || echo "$sources"/*/"$symbol.c")
  # shellcheck disable=SC2086
  arm-none-eabi-gcc $common $options -fstack-usage -ffunction-sections -fdata-sections -Iinclude $extra -c "$source" -o "$object"
  mkdir "$work/$1.parts"
  for part in $(parts_of "$source" "$options"); do
    # shellcheck disable=SC2086
    arm-none-eabi-gcc $common $options -fstack-usage -ffunction-sections -fdata-sections -Iinclude $extra -c "$part" -o "$work/$1.parts/$(basename "$part" .c).o"
  done
  # shellcheck disable=SC2086
  arm-none-eabi-gcc -mthumb $options -nostartfiles -nodefaultlibs -Wl,--gc-sections "-Wl,--entry=$symbol" -Xlinker "-Map=$work/$1.map" "$object" $(find "$work/$1.parts" -name '*.o') -lc -lgcc -o "$work/$1.elf"
  # Sections that the linker kept of archives: name, address, size, archive(member); long names stand on a line of their own.
  awk '/^Linker script and memory map/ { kept = 1 } /^ \.[^ ]/ { section = $1 }
    kept && section ~ /^\.(text|rodata|data|ARM\.ex)/ && match($0, /0x[0-9a-f]+ +0x[0-9a-f]+ .*\.a\([^)]*\)$/) {
      split(substr($0, RSTART), word, / +/)
      name = $0; sub(/.*\(/, "", name); sub(/\.o\)$/, "", name)
      if (word[2] != "0x0") print name, word[2]
    }' "$work/$1.map" | while read -r name bytes; do echo "$name $((bytes))"; done |
    awk '{ sum[$1] += $2 } END { for (m in sum) print m, sum[m] }' | LC_ALL=C sort > "$work/$1.members"
  code=$(arm-none-eabi-size "$object" | awk 'NR == 2 { print $1 }')
  # shellcheck disable=SC2046
  stack=$(stack_of "$symbol" "$work/$1.elf" "$object" $(find "$work/$1.parts" -name '*.o'))
  for part in "$work/$1.parts"/*.o; do
    [ -e "$part" ] || continue
    echo "$(basename "$part" .o) $(arm-none-eabi-size "$part" | awk 'NR == 2 { print $1 }')" >> "$work/$1.members"
  done
  # shellcheck disable=SC2046
  arm-none-eabi-nm "$object" $(find "$work/$1.parts" -name '*.o') |
    awk 'NF == 3 { defined[$3] } NF == 2 { used[$2] } END { for (u in used) if (!(u in defined)) exit 1 }' || stack=$((stack + routine_stack))
  LC_ALL=C sort -o "$work/$1.members" "$work/$1.members"
  members=$(cut -d' ' -f1 "$work/$1.members" | paste -sd' ')
  echo "FOOTPRINT($symbol, $core, $code, $stack, $members)" > "$work/$1"
}

# What te_measure.c counts with: the machine, its memory map, the address of the counter and its rate in Hz.
board() {
  case $1 in
    cortex-m33) echo mps2-an505 mps2-an505.ld 0x50302000 10000000 ;;
    cortex-m55) echo mps3-an547 mps3-an547.ld 0x59302000 10000000 ;;
    cortex-m7) echo mps2-an500 mps2.ld 0x40028000 12500000 ;;
    cortex-m4) echo mps2-an386 mps2.ld 0x40028000 12500000 ;;
    *) echo mps2-an385 mps2.ld 0x40028000 12500000 ;;
  esac
}

# CALL(symbol, structure, predicate) of a kernel. One of the DSP extension, of Helium or of tiles is called only where its predicate holds, since it
# reads memory as that says.
call_of() {
  awk -v symbol="$1" -F', ' '
    $1 == "KERNEL(" symbol {
      when = "1"
      cores = symbol ~ /_tile$/ ? "any" : "(dsp|mve)"
      if (match($0, ", +" cores ", +\"[^,]*\", +\"")) {
        when = substr($0, RSTART, RLENGTH); sub(/^, +(any|dsp|mve), +"/, "", when); sub(/", +"$/, "", when); gsub(/" +"/, "", when)
        when = when == "" ? "1" : when
        while (match(when, /(^|[^a-z0-9_>])[a-z][a-z0-9_]*/)) {
          at = substr(when, RSTART, 1) ~ /[a-z]/ ? RSTART : RSTART + 1
          done = done substr(when, 1, at - 1) "s->" substr(when, at, RSTART + RLENGTH - at)
          when = substr(when, RSTART + RLENGTH)
        }
        when = done when
      }
      print "CALL(" symbol ", " $3 ", " when ")"
    }' "$work/rows"
}

# Counts the instructions of the kernels that were compiled for a core: rows "INSTRUCTIONS(symbol, core, counts)" into CORE.counts.
count() {
  [ -z "$extra" ] || return 0
  local core=$1 place=$work/$1 machine script base hertz options bench name object part
  read -r machine script base hertz < <(board "$core")
  options=$(flags "$core")
  bench=$([ "$core" = cortex-m0plus ] && echo "-mcpu=cortex-m3" || echo "$options")
  mkdir "$place"
  for object in "$work"/*,"$core".o; do
    name=$(basename "$object" ",$core.o")
    call_of "$name" >> "$place/calls.h"
    ln -s "$object" "$place/$name.o"
    for part in "${object%.o}.parts"/*.o; do
      [ ! -e "$part" ] || ln -sf "$part" "$place/"
    done
  done
  rm -f "$place/te_entry.o"
  [ -s "$place/calls.h" ] || return 0
  # Without anchors a call takes as many instructions whichever other kernels are counted.
  # shellcheck disable=SC2086
  arm-none-eabi-gcc $common $options -fno-section-anchors -Iinclude -Iport "-I$place" -c measure.c -o "$place/te-bench-measured.o"
  for name in startup te_measure te_mpu te_port_semihosting; do
    # shellcheck disable=SC2086
    arm-none-eabi-gcc $common $bench "-DTE_FPGAIO=${base}u" "-DTE_TICKS_PER_10MS=$((hertz / 100))u" -c "port/$name.c" -o "$place/te-bench-$name.o"
  done
  # The linker script knows the bench by the names of its objects, without a folder.
  # shellcheck disable=SC2086
  (cd "$place" && arm-none-eabi-gcc -mthumb $options -nostartfiles -nodefaultlibs -Wl,--gc-sections -Wl,--defsym=TE_SRAM=65536 \
    -Wl,--defsym=TE_FLASH=1048576 "-L$root/port" "-T$root/port/$script" *.o -lc -lgcc -o firmware.elf)
  qemu-system-arm -M "$machine" -display none -monitor none -serial none -semihosting-config enable=on,target=native \
    -icount shift=8 -kernel "$place/firmware.elf" 2>&1 |
    awk -v core="$core" -v per="$hertz" '
      { count = $3 == "none" ? empty : int($3 / (per * 256e-9) + 0.5) }
      $1 == "empty" { empty = count; next }
      $1 != symbol { if (symbol) print row ")"; symbol = $1; row = "INSTRUCTIONS(" symbol ", " core "," }
      { row = row " " count - empty }
      END { if (symbol) print row ")" }' > "$work/$core.counts"
}

cores="cortex-m0plus cortex-m3 cortex-m4 cortex-m7 cortex-m33 cortex-m55"
dsp_cores="cortex-m4 cortex-m7 cortex-m33 cortex-m55"
list=$(echo "${sources%src}include"/*kernels.def)
[ "$sources" != src ] || list=include/kernels.def
rows "$list" > "$work/rows"
for source in "$sources"/*/*.c; do
  grep -q "^KERNEL($(basename "$source" .c)," "$work/rows" || echo "$source"
done > "$work/parts"
on_all_cores() {
  for symbol in "$@"; do
    for core in $(cores_of "$symbol"); do
      echo "$symbol,$core"
    done
  done
}

# What is measured, and the rows that are printed: with -u those of the table as well.
measured=("$@")
listed=("$@")
if [ $# -eq 0 ] || [ -n "$old" ]; then
  mapfile -t listed < <(on_all_cores $(for source in "$sources"/*/*.c $entry; do basename "$source" .c; done | grep -vxf <(sed 's|.*/||; s|[.]c$||' "$work/parts" | grep . || echo -)))
  [ -n "$old" ] && mapfile -t measured < <(on_all_cores "$@") || measured=("${listed[@]}")
fi

export -f flags measure board count parts_of stack_of call_of
export root work routine_stack common sources extra
printf '%s\n' "${measured[@]}" | xargs -P "$(getconf _NPROCESSORS_ONLN)" -I{} bash -euo pipefail -c 'measure {}'
find "$work" -name '*,*.o' | sed 's/.*,//; s/\.o$//' | sort -u | xargs -P "$(getconf _NPROCESSORS_ONLN)" -I{} bash -euo pipefail -c 'count {}'

{
cat <<HEAD
/* Code and stack in bytes of every kernel on every core at -O2, and the members of the compiler's libraries that it draws in; te_entry
 * stands for the emitted functions around the kernels. Then the instructions of the calls of samples.def, in their order, and the code
 * of each member, the most that any kernel needs of it. Made by measure.sh; a test compares, where it has the compiler that made them:
 *
 *   $(arm-none-eabi-gcc --version | head -1)
 *
 *   FOOTPRINT(symbol, core, code, stack, members)
 *   INSTRUCTIONS(symbol, core, counts)
 *   LIBRARY(member, core, code) */
HEAD
printf '%s\n' "${listed[@]}" | awk -v work="$work" -v old="$old" -F'[(,] *' '
  BEGIN { while (old != "" && (getline line < old) > 0) if (split(line, cell, /[(,] */) > 2 && cell[1] == "FOOTPRINT") row[cell[2] "," cell[3]] = line }
  { file = work "/" $0; if ((getline line < file) > 0) row[$0] = line; if ($0 in row) print row[$0] }'
{
  [ -z "$old" ] || sed -n 's/^INSTRUCTIONS(/&/p' "$old"
  find "$work" -name '*.counts' -exec cat {} +
} | awk -F'[(,] *' '{ row[$2 "," $3] = $0 } END { for (k in row) print row[k] }' | LC_ALL=C sort
for core in $cores; do
  {
    [ -z "$old" ] || sed -n "s/^LIBRARY(\\(.*\\), $core, \\(.*\\))$/\\1 \\2/p" "$old"
    find "$work" -name "*,$core.members" -exec cat {} +
  } | awk -v core="$core" '$2 > most[$1] { most[$1] = $2 } END { for (m in most) print "LIBRARY(" m ", " core ", " most[m] ")" }' | LC_ALL=C sort
done
} > "$work/table"
if [ -n "$old" ]; then cp "$work/table" "$old"; else cat "$work/table"; fi
