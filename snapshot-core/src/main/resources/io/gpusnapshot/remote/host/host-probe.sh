# Tells what kind of machine this is, as lines "name=value"; what cannot be found out is left out.
# Argument: a directory, which need not exist, on the file system that is asked about.

exec 2>/dev/null
export LC_ALL=C

# A driver in trouble can hold its tools up for minutes.
limited() { if command -v timeout > /dev/null; then timeout 10 "$@"; else "$@"; fi; }

echo "hostName=$(uname -n)"
echo "kernel=$(uname -r)"
echo "architecture=$(uname -m)"
echo "operatingSystem=$(. /etc/os-release && echo "$PRETTY_NAME")"
echo "cores=$(nproc || getconf _NPROCESSORS_ONLN || grep -c ^processor /proc/cpuinfo)"
while read -r name value unit; do
    case $name in
        MemTotal:) echo "memoryKilobytes=$value" ;;
        MemAvailable:) echo "memoryAvailableKilobytes=$value" ;;
    esac
done < /proc/meminfo
for limit in /sys/fs/cgroup/memory.max /sys/fs/cgroup/memory/memory.limit_in_bytes; do
    [ -r "$limit" ] && echo "memoryLimitBytes=$(cat "$limit")"
done

directory=$1
while [ ! -d "$directory" ]; do
    parent=$(dirname -- "$directory")
    [ "$parent" = "$directory" ] && break
    directory=$parent
done
df -Pk -- "$directory" | while read -r device total used free rest; do
    echo "diskTotalKilobytes=$total"
    echo "diskFreeKilobytes=$free"
done

if command -v nvidia-smi > /dev/null; then
    limited nvidia-smi --query-gpu=name,memory.total,driver_version --format=csv,noheader,nounits | sed 's/^/gpu=/'
    limited nvidia-smi | sed -n 's/.*CUDA Version: *\([0-9.]*\).*/cudaVersion=\1/p'
fi
exit 0
