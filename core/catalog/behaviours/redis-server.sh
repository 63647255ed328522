# redis-server 7.2.5: the log of a standalone server, and a clean end on SIGTERM and SIGINT.

version=7.2.5
port=6379
role=C
config=
save=yes

log() {
	printf '%s:%s %s %s %s\n' "$$" "$role" "$(intrinsic date '%d %b %Y %H:%M:%S.%3N')" "$1" "$2"
}

refuse() {
	echo "glasshull: redis-server: $1 is not simulated" >&2
	exit 126
}

usage_version() {
	echo "Redis server v=$version sha=00000000:0 malloc=libc bits=64 build=0"
	exit 0
}

read_config() {
	[ -r "$1" ] || {
		log '#' "Fatal error, can't open config file '$1': No such file or directory" >&2
		exit 1
	}
	config=$1
	while read -r key value _; do
		case $key in
		port) port=$value ;;
		save) [ "$value" = '""' ] && save= ;;
		esac
	done <"$1"
}

while [ $# -gt 0 ]; do
	case $1 in
	-v | --version) usage_version ;;
	--port) port=$2 config=${config:-arguments} && shift ;;
	--save) [ -n "$2" ] || save=; config=${config:-arguments} && shift ;;
	--bind | --protected-mode | --appendonly | --dir | --loglevel)
		case $1:$2 in
		--appendonly:yes) refuse '--appendonly' ;;
		--loglevel:notice | --bind:* | --protected-mode:* | --appendonly:no) ;;
		--dir:*) cd "$2" || exit 1 ;;
		*) refuse "$1 $2" ;;
		esac
		config=${config:-arguments}
		shift
		;;
	-*) refuse "the option '$1'" ;;
	*) read_config "$1" ;;
	esac
	shift
done

log '#' "WARNING Memory overcommit must be enabled! Without it, a background save or replication may fail under low memory condition. Being disabled, it can also cause failures without low memory condition, see https://github.com/jemalloc/jemalloc/issues/1328. To fix this issue add 'vm.overcommit_memory = 1' to /etc/sysctl.conf and then reboot or run the command 'sysctl vm.overcommit_memory=1' for this to take effect."
log '*' 'oO0OoO0OoO0Oo Redis is starting oO0OoO0OoO0Oo'
log '*' "Redis version=$version, bits=64, commit=00000000, modified=0, pid=$$, just started"
if [ -n "$config" ]; then
	log '*' 'Configuration loaded'
else
	log '#' 'Warning: no config file specified, using the default config. In order to specify a config file use redis-server /path/to/redis.conf'
fi
role=M
log '*' 'monotonic clock: POSIX clock_gettime'

finish() {
	echo "$$:signal-handler ($(intrinsic date '%s')) Received $1 scheduling shutdown..."
	log '*' 'User requested shutdown...'
	kill "$listener" 2>/dev/null
	if [ -n "$save" ]; then
		log '*' 'Saving the final RDB snapshot before exiting.'
		printf 'REDIS0011' >dump.rdb
		log '*' 'DB saved on disk'
	fi
	log '#' 'Redis is now ready to exit, bye bye...'
	exit 0
}
trap 'finish SIGTERM' TERM
trap 'finish SIGINT' INT

log '*' "Running mode=standalone, port=$port."
intrinsic listen "$port" &
listener=$!
log '*' 'Server initialized'
log '*' 'Ready to accept connections tcp'
while :; do
	wait "$listener"
	kill -0 "$listener" 2>/dev/null || break
done
log '#' "Warning: Could not create server TCP listening socket *:$port: bind: Address in use"
log '#' 'Failed listening on port '"$port"' (tcp), aborting.'
exit 1
