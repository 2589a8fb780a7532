#!/bin/sh
# A new version in containers with no request lost: after `git pull`, sh deploy/upgrade.sh
# It migrates while the old version serves, starts the new web processes beside the old ones and
# then takes those away. `docker compose up -d` alone stops everything first.
set -eu
cd "$(dirname "$0")/.."

docker compose build
docker compose run --rm migrate
old=$(docker compose ps -q web)
count=$(echo "$old" | grep -c .) || { docker compose up -d; exit; } # nothing runs: nothing to spare

if ! docker compose up -d --no-deps --no-recreate --scale "web=$((count * 2))" --wait web; then
    for container in $(docker compose ps -aq web); do
        case $old in *"$container"*) ;; *) docker rm -f "$container" ;; esac
    done
    echo "The new version does not get ready (see above); the old one goes on." >&2
    exit 1
fi
sleep 5 # nginx looks the names up every two seconds
# shellcheck disable=SC2086 # one word for each container
docker stop -t 20 $old && docker rm $old
docker compose up -d
