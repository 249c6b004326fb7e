#!/usr/bin/env bash
# Builds, tests and shows TinyEngine. On Debian it installs the compilers and the emulator that are missing and says so.
set -euo pipefail
cd "$(dirname "$0")"

usage() {
  cat <<'TEXT'
./build.sh demo    compile the sample and let it learn on an emulated Cortex-M7
./build.sh test    build everything, check the form of sources and run all tests
./build.sh format  bring sources into form: whitespace of C#, all of C
./build.sh build   build only
./build.sh bench   benchmarks: figures beside their bars
TEXT
}

# command and the Debian package that brings it
needs=(
  gcc:gcc
  clang-19:clang-19
  arm-none-eabi-gcc:gcc-arm-none-eabi
  qemu-system-arm:qemu-system-arm
)

install_missing() {
  if ! command -v dotnet > /dev/null; then
    echo "build.sh: the .NET 10 SDK is missing (command dotnet)" >&2
    exit 1
  fi
  local missing=()
  for need in "${needs[@]}"; do
    command -v "${need%%:*}" > /dev/null || missing+=("${need##*:}")
  done
  # headers and libraries that no command shows
  for package in libc6-dev libclang-rt-19-dev libnewlib-arm-none-eabi; do
    dpkg -s "$package" > /dev/null 2>&1 || missing+=("$package")
  done
  [ ${#missing[@]} -eq 0 ] && return
  if [ "$(id -u)" -ne 0 ]; then
    echo "build.sh: these Debian packages are missing; install them with" >&2
    echo "  sudo apt-get update && sudo apt-get install -y --no-install-recommends ${missing[*]}" >&2
    exit 1
  fi
  echo "build.sh: installing ${missing[*]} with apt-get"
  apt-get update -qq
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" > /dev/null
}

build() {
  dotnet build TinyEngine.sln -c Release -v quiet -nologo -nodeReuse:false
}

c_sources() {
  git ls-files -z '*.c' '*.h'
}

# The build itself checks the style of C#; these two check what it does not.
check_format() {
  dotnet format whitespace --folder . --verify-no-changes --exclude bin obj
  # Other versions set some statements in another form.
  case "$(clang-format --version 2> /dev/null || true)" in
    *"version 14."*) c_sources | xargs -0 clang-format --dry-run -Werror ;;
    *) echo "build.sh: clang-format 14 is not installed: the form of C sources is not checked" ;;
  esac
}

run_tests() {
  local results status=0
  results=$(mktemp -d)
  dotnet test TinyEngine.sln -c Release --no-build -nologo --logger "trx" --results-directory "$results" --logger "console;verbosity=minimal" || status=$?
  # One closing line over all test projects.
  cat "$results"/*.trx 2> /dev/null | grep -o '<Counters [^>]*' | awk '
    { for (i = 1; i <= NF; i++) if (split($i, p, "\"") > 1) { if (p[1] == "passed=") ok += p[2]; if (p[1] == "failed=") bad += p[2]; if (p[1] == "notExecuted=") skip += p[2] } }
    END { printf "%d passed, %d failed, %d skipped\n", ok, bad, skip }'
  rm -rf "$results"
  return $status
}

case "${1:-help}" in
  demo)
    install_missing
    exec samples/keywords/demo.sh
    ;;
  test)
    install_missing
    build
    check_format
    run_tests
    ;;
  build)
    install_missing
    build
    ;;
  format)
    dotnet format whitespace --folder . --exclude bin obj
    c_sources | xargs -0 clang-format -i
    ;;
  bench)
    install_missing
    shift
    exec dotnet run --project tests/benchmarks -c Release -- "$@"
    ;;
  help | -h | --help) usage ;;
  *)
    usage >&2
    exit 2
    ;;
esac
