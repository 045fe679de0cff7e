#!/bin/sh
# The kind of script many people run from cron: down, restic backup, up, rclone sync. It is put through the same faults
# for comparison. The marks it prints stand for the product's events, so that a fault can hit the same step.
mark() { [ "$json" = "" ] || echo "{\"type\":\"$1\",\"stack\":\"$name\",\"phase\":\"$2\"}"; }

command=$1
json=
case "$*" in *--json*) json=1 ;; esac

case $command in
	sync)
		rclone sync "$REPOSITORY" "$REMOTE"
		exit
		;;
	restore)
		mark phase-start restore
		restic -r "$REPOSITORY" --password-file "$PASSWORD_FILE" restore latest --target /
		exit
		;;
	backup) ;;
	*) exit 0 ;;
esac

sed -n 's/=true$//p' "$DIRLIST" | while read -r name; do
	cd "$STACKS/$name" || exit 1
	volumes=$(docker volume ls -q --filter "label=com.docker.compose.project=$(basename "$PWD")" | while read -r volume; do
		docker volume inspect -f '{{.Mountpoint}}' "$volume"
	done)
	mark phase-start gate
	mark phase-end gate
	mark phase-start down
	docker compose down --timeout "$TIMEOUT"
	mark phase-end down
	mark phase-start copy
	restic -r "$REPOSITORY" --password-file "$PASSWORD_FILE" --host "$HOST_NAME" backup "$PWD" $volumes
	mark phase-end copy
	mark phase-start up
	docker compose up -d
	mark phase-end up
done
name=
mark phase-start sync
rclone sync "$REPOSITORY" "$REMOTE"
