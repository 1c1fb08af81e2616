#!/bin/sh
# Makes what the compose file needs and nobody else may know, once: deploy/.env
# with two passwords, deploy/secrets with the key that tokens are signed with and
# the key by which the members of the replica set know each other.
set -eu
cd "$(dirname "$0")"
if [ -e .env ] || [ -e secrets ]; then
	echo "deploy/.env or deploy/secrets is there already; remove both to make new ones (the database keeps its old passwords)" >&2
	exit 1
fi
umask 077
random() { od -An -vtx1 -N"$1" /dev/urandom | tr -d ' \n'; }
mkdir secrets
random 32 >secrets/jwt
random 256 >secrets/mongo-key
# They are mounted into containers whose users are others; the directory is closed.
chmod 0444 secrets/jwt secrets/mongo-key
cat >.env <<END
MONGO_ROOT_PASSWORD=$(random 24)
MONGO_QUIVER_PASSWORD=$(random 24)
GRAFANA_PASSWORD=$(random 12)
END
echo "made deploy/.env and deploy/secrets; now: docker compose -f deploy/compose.yml up -d --build"
