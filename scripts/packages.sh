# Installs the Debian packages that a script names, where they are missing. Sourced: `packages build test`.

packages_build="gcc libc6-dev cmake ninja-build pkg-config protobuf-compiler libprotobuf-dev protobuf-c-compiler libprotobuf-c-dev
  libssl-dev libevent-dev libnghttp2-dev libqrencode-dev libpng-dev zlib1g-dev libsqlite3-dev libjansson-dev libinih-dev
  libsystemd-dev libzbar-dev libpq-dev"
packages_demo="python3 python3-grpcio python3-protobuf"
packages_test="g++ libcunit1-dev python3-cbor2 python3-cryptography python3-jsonschema zbar-tools openssl curl binutils procps postgresql pgbackrest util-linux"
packages_long="patroni etcd-server"

packages() {
  local set names="" missing="" name
  for set in "$@"; do
    case $set in
      build) names="$names $packages_build" ;;
      demo) names="$names $packages_demo" ;;
      test) names="$names $packages_test" ;;
      long) names="$names $packages_long" ;;
    esac
  done
  # Debian's npm conflicts with a Node.js that is there already.
  case " $* " in *" test "*) command -v node >/dev/null 2>&1 && command -v npm >/dev/null 2>&1 || names="$names nodejs npm" ;; esac
  for name in $names; do
    dpkg-query -W -f '${db:Status-Status}\n' "$name" 2>/dev/null | grep -qx installed || missing="$missing $name"
  done
  [ -n "$missing" ] || return 0
  if [ "$(id -u)" != 0 ]; then
    echo "缺少软件包，请以 root 运行，或先安装 / packages are missing: run as root, or install them first:$missing" >&2
    return 1
  fi
  echo "安装软件包 / installing packages:$missing"
  # Debian's PostgreSQL makes and starts a cluster when it is installed; the tests have their own.
  case " $missing " in *" postgresql "*)
    mkdir -p /etc/postgresql-common
    [ -e /etc/postgresql-common/createcluster.conf ] ||
      echo "create_main_cluster = false" >/etc/postgresql-common/createcluster.conf ;;
  esac
  apt-get update -qq
  # shellcheck disable=SC2086
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing >/dev/null
}
