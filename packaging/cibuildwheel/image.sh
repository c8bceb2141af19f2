#!/usr/bin/env bash
# Makes the image NAME, in which cibuildwheel can build: what it expects of a manylinux image, from
# the packages of Debian and PyPI alone, where no registry of images can be reached.
#
#     packaging/cibuildwheel/image.sh NAME    as root, with debootstrap and podman
set -euo pipefail
image=$1
ca=/etc/ssl/certs/ca-certificates.crt
root=$(mktemp -d)
trap 'rm -rf "$root"' EXIT

# Two kinds of Python, so that a wheel which one has built is then tested on the other too.
debootstrap --variant=minbase --include=ca-certificates,gcc,libc6-dev,pypy3,pypy3-venv,python3-venv \
  trixie "$root"
# The image trusts and finds on the network what this machine does.
if [ -e "$ca" ]; then cp "$ca" "$root$ca"; fi
cp --dereference /etc/resolv.conf "$root/etc/resolv.conf"

env -i HOME=/root PATH=/usr/sbin:/usr/bin PIP_CERT="$ca" chroot "$root" /bin/bash -euo pipefail <<'INSIDE'
export PIP_ROOT_USER_ACTION=ignore PIP_DISABLE_PIP_VERSION_CHECK=1
mkdir /opt/python
python3 -m venv /opt/python/cp313-cp313
pypy3 -m venv /opt/python/pp311-pypy311_pp80
ln -s cp313-cp313 /opt/python/cp39-cp39 # where cibuildwheel looks for the Python of its own
/opt/python/cp313-cp313/bin/pip install --quiet auditwheel build
/opt/python/pp311-pypy311_pp80/bin/pip install --quiet build
ln -s /opt/python/cp313-cp313/bin/auditwheel /usr/local/bin/
rm -rf /root/.cache /var/cache/apt/archives /var/lib/apt/lists
INSIDE

glibc=$(chroot "$root" getconf GNU_LIBC_VERSION) # as in: glibc 2.41
glibc=${glibc#glibc }
tar --create --directory "$root" . | podman import \
  --change "ENV AUDITWHEEL_PLAT=manylinux_${glibc/./_}_$(uname -m)" \
  --change "ENV PIP_CERT=$ca" \
  --change "ENV SSL_CERT_FILE=$ca" \
  - "$image"
