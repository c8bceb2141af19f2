#!/usr/bin/env bash
# Builds the Debian package of SDIST without network, installs it on a Debian that has nothing else,
# and uses it.
#
#     unshare --mount packaging/debian-package.sh SDIST DIRECTORY    as root, with debootstrap
#
# In DIRECTORY a Debian of the testing suite is kept to be used again, and the package is left there.
set -euo pipefail
sdist=$1
directory=$2
packaging=$(dirname "$(realpath "${BASH_SOURCE[0]}")")

# enter ROOT COMMAND...: runs it there; the mounts end with the namespace that this script is started in.
enter() {
  local root=$1
  shift
  if ! mountpoint -q "$root/proc"; then
    mount -t proc proc "$root/proc"
    mount -t devpts -o newinstance,ptmxmode=0666 devpts "$root/dev/pts"
  fi
  env -i HOME=/root LANG=C.UTF-8 PATH=/usr/sbin:/usr/bin DEBIAN_FRONTEND=noninteractive chroot "$root" "$@"
}

# copy ROOT: a Debian with nothing but what every Debian has.
copy() {
  if [ ! -e "$directory/base.done" ]; then
    rm -rf "$directory/base"
    debootstrap --variant=minbase testing "$directory/base"
    touch "$directory/base.done"
  fi
  if [ ! -e "$1" ]; then
    cp -a "$directory/base" "$1"
    cp --dereference /etc/resolv.conf "$1/etc/resolv.conf"
    # A mirror that lags is good enough here: what it has is signed.
    echo 'Acquire { Check-Valid-Until "false"; Retries "3"; };' >"$1/etc/apt/apt.conf.d/mirror"
  fi
  enter "$1" apt-get -q update
}

mkdir -p "$directory"
build=$directory/build
use=$directory/use
rm -rf "$use"

copy "$build"
name=$(basename "$sdist" .tar.gz) # checksig-0.1.0
rm -rf "$build/work"
mkdir "$build/work"
cp "$sdist" "$build/work/${name/-/_}.orig.tar.gz"
tar -xzf "$sdist" -C "$build/work"
cp -r "$packaging/debian" "$build/work/$name/debian"
enter "$build" apt-get -q install -y --no-install-recommends dpkg-dev lintian
enter "$build" apt-get -q build-dep -y --no-install-recommends "/work/$name"

enter "$build" unshare --net sh -c "cd /work/$name && exec dpkg-buildpackage -us -uc"
# The number of the bug that asks for the package is the uploader's to fill in.
known=initial-upload-closes-no-bugs
enter "$build" sh -c "cd /work && exec lintian --info --fail-on error,warning --suppress-tags $known *.changes"
rm -f "$directory"/*.deb
cp "$build"/work/*.deb "$directory"

copy "$use"
mkdir "$use/work"
cp "$build"/work/python3-checksig_*.deb "$use/work"
cp -r "$packaging/debian/tests" "$use/work"
enter "$use" sh -c "apt-get -q install -y --no-install-recommends /work/*.deb"
enter "$use" dpkg-query --show --showformat '${Package} ${Version} ${Installed-Size} kB, needs ${Depends}\n' python3-checksig
enter "$use" /work/tests/use
