#!/usr/bin/env bash
# The branch of eng/NativeCompat that changes nothing, on a real newer distribution: builds a root directory from Debian trixie's
# packages, binds in this machine's .NET SDK and package cache, builds the Worker's tests there from a copy of this repository, and
# checks that TorchSharp's library works and is the package's file, byte for byte. Wants apt and unprivileged user namespaces
# (or root); installs nothing. Ends with "N passed, N failed". TRIXIE_MIRROR names another mirror.
set -euo pipefail

repository=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
mirror=${TRIXIE_MIRROR:-http://deb.debian.org/debian}
keyring=/usr/share/keyrings/debian-archive-keyring.gpg
dotnet=$(dirname "$(readlink -f "$(command -v dotnet)")")
cache=${NUGET_PACKAGES:-$HOME/.nuget/packages}
torchsharp=$(sed -n 's/.*Include="TorchSharp" Version="\([^"]*\)".*/\1/p' "$repository/Directory.Packages.props")
shipped=$cache/torchsharp/$torchsharp/runtimes/linux-x64/native/libLibTorchSharp.so

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
root=$work/root

# What .NET needs, what its build runs (a shell), and what those need.
packages=(base-files bash coreutils dash grep libc6 libstdc++6 libgcc-s1 libssl3t64 libzstd1 zlib1g libtinfo6
    libacl1 libattr1 libcap2 libgmp10 libpcre2-8-0 libselinux1 libsystemd0)

fetch_root() {
    mkdir -p "$work/apt/parts" "$work/apt/lists/partial" "$work/apt/cache/archives/partial" "$work/debs" "$root"/usr/{bin,sbin,lib,lib64}
    echo "deb [signed-by=$keyring] $mirror trixie main" >"$work/apt/sources.list"
    local apt=(-q -o "Dir::Etc::sourcelist=$work/apt/sources.list" -o "Dir::Etc::sourceparts=$work/apt/parts"
        -o "Dir::State::Lists=$work/apt/lists" -o "Dir::Cache=$work/apt/cache" -o APT::Sandbox::User=root)
    apt-get "${apt[@]}" update >"$work/apt.log"
    (cd "$work/debs" && apt-get "${apt[@]}" download "${packages[@]}" >>"$work/apt.log")
    local name
    for name in bin sbin lib lib64; do ln -s "usr/$name" "$root/$name"; done
    for name in "$work"/debs/*.deb; do dpkg-deb --fsys-tarfile "$name" | tar -x --keep-directory-symlink --no-same-owner -C "$root"; done
}

copy_repository() {
    mkdir -p "$root/src" "$root/tmp" "$root/proc" "$root/dev" "$root/etc" "$root/root/.nuget/packages" "$root/opt/dotnet" "$root/empty"
    (cd "$repository" && git ls-files -z --cached --others --exclude-standard | tar -c --null --files-from - --ignore-failed-read) | tar -x -C "$root/src"
    echo 'root:x:0:0:root:/root:/bin/bash' >"$root/etc/passwd"
}

# Runs a command inside the root directory, with nothing of this machine but the SDK and the package cache. Mounts are private to it.
inside() {
    unshare --map-root-user --mount bash -euc '
        mount --rbind /proc "$1/proc"; mount --rbind /dev "$1/dev"
        mount --bind "$2" "$1/opt/dotnet"; mount --bind "$3" "$1/root/.nuget/packages"
        exec chroot "$1" /usr/bin/env -i HOME=/root PATH=/opt/dotnet:/usr/bin DOTNET_ROOT=/opt/dotnet DOTNET_NOLOGO=1 \
            DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=1 MSBUILDDISABLENODEREUSE=1 \
            /bin/bash -euc "cd /src; $4"' inside "$root" "$dotnet" "$cache" "$1"
}

passed=0 failed=0
check() {
    local what=$1
    shift
    if "$@" >"$work/check.log" 2>&1; then
        passed=$((passed + 1))
        echo "ok      $what"
    else
        failed=$((failed + 1))
        echo "FAILED  $what"
        tail -n 40 "$work/check.log"
    fi
}

fetch_root
copy_repository
built=$root/src/tests/Worker.Tests/bin/Release/net10.0/runtimes/linux-x64/native/libLibTorchSharp.so
echo "inside: $(inside '. /etc/os-release; echo $PRETTY_NAME'), $(cd "$root/usr/lib/x86_64-linux-gnu" && readlink libstdc++.so.6)"

check "restore without a network, locked" inside 'dotnet restore tests/Worker.Tests --locked-mode --source /empty'
check "build with warnings as errors" inside 'dotnet build tests/Worker.Tests -c Release --no-restore'
check "the library is the package's, unpatched" cmp "$shipped" "$built"
check "TorchSharp loads it and computes" inside \
    'dotnet test tests/Worker.Tests -c Release --no-build --filter FullyQualifiedName~NativeLibraryTests | tee /tmp/log; grep -q "Passed!.*Passed: *[1-9]" /tmp/log'
echo "$passed passed, $failed failed"
((failed == 0))
