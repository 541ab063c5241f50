# Removes one lab machine: its processes, cgroups, mounts and files. Usage: sh -c THIS reap DIRECTORY CGROUP...
# Waits for the end of its standard input first: the owner holds the other end, so that the machine goes
# when the owner lets go of it, and also when the owner is killed.
set -u
cat >/dev/null
directory=$1
shift

processes() {
    for cgroup; do
        [ -d "$cgroup" ] && find "$cgroup" -name cgroup.procs -exec cat {} +
    done 2>/dev/null | sort -u
}

tries=0
while [ "$tries" -lt 100 ]; do
    left=$(processes "$@")
    [ -z "$left" ] && break
    # shellcheck disable=SC2086 # one word for each process
    kill -KILL $left 2>/dev/null
    sleep 0.05
    tries=$((tries + 1))
done

for cgroup; do
    [ -d "$cgroup" ] && find "$cgroup" -depth -type d -exec rmdir {} \; 2>/dev/null
done

# The newest mount first.
awk -v under="$directory/" 'index($2, under) == 1 { print $2 }' /proc/self/mounts | tac | while read -r point; do
    umount "$point" 2>/dev/null || umount --lazy "$point"
done
rm -rf --one-file-system "$directory" "$directory.lock"
