# redis-server 7.2.5: the log of a standalone server, and a clean end on SIGTERM and SIGINT.

# What is stored lies in a folder of /dev/shm, which no layer takes in: a file for each key, named by the key in hex, whose
# first line is the type. Each connection is a process of its own.

# A connection: requests from standard input, replies to standard output.
if [ "$GLASSHULL_ROLE" = connection ]; then
	store=$REDIS_STORE
	cr=$(printf '\r')
	crlf() { printf '%s\r\n' "$1"; }
	bulk() { printf '$%d\r\n%s\r\n' "$(printf %s "$1" | wc -c)" "$1"; }
	nil() { crlf '$-1'; }
	wrong_type() { crlf '-WRONGTYPE Operation against a key holding the wrong kind of value'; }
	arity() { crlf "-ERR wrong number of arguments for '$1' command"; }
	path() { printf '%s/%s' "$store" "$(printf %s "$1" | od -An -v -tx1 | tr -d ' \n')"; }

	# The type of a key, nothing for a key that is not there.
	type_of() { [ -f "$1" ] && head -n 1 "$1"; }

	# Whether a key is of a type, or not there. The answer is given otherwise.
	is() {
		local type
		type=$(type_of "$1")
		[ -z "$type" ] || [ "$type" = "$2" ] && return
		wrong_type
		return 1
	}

	put() { printf 'string\n%s\n' "$2" >"$1"; }
	value() { tail -n +2 "$1"; }

	add() { # FILE NUMBER
		local old=0
		is "$1" string || return
		[ -f "$1" ] && old=$(value "$1")
		case $old$2 in
		*[!0-9-]* | -) crlf '-ERR value is not an integer or out of range' ;;
		*)
			put "$1" $((old + $2))
			crlf ":$((old + $2))"
			;;
		esac
	}

	push() { # SIDE FILE WORDS...
		local side=$1 file=$2 rest
		shift 2
		is "$file" list || return
		for word; do
			rest=$([ -f "$file" ] && tail -n +2 "$file"; echo .)
			rest=${rest%.}
			case $side in
			left) printf 'list\n%s\n%s' "$word" "$rest" >"$file" ;;
			right) printf 'list\n%s%s\n' "$rest" "$word" >"$file" ;;
			esac
		done
		crlf ":$(value "$file" | wc -l)"
	}

	pop() { # FILE LINE, such as 1 or $
		is "$1" list || return
		[ -f "$1" ] || { nil; return; }
		bulk "$(value "$1" | sed -n "$2p")"
		value "$1" | sed "$2d" >"$1.rest"
		if [ -s "$1.rest" ]; then
			{ echo list; cat "$1.rest"; } >"$1"
		else
			rm "$1"
		fi
		rm "$1.rest"
	}

	range() { # FILE FIRST LAST
		local count first=$2 last=$3
		is "$1" list || return
		count=$([ -f "$1" ] && value "$1" | wc -l || echo 0)
		[ "$first" -lt 0 ] && first=$((count + first))
		[ "$last" -lt 0 ] && last=$((count + last))
		[ "$first" -lt 0 ] && first=0
		[ "$last" -ge "$count" ] && last=$((count - 1))
		if [ "$first" -gt "$last" ]; then
			crlf '*0'
			return
		fi
		crlf "*$((last - first + 1))"
		value "$1" | sed -n "$((first + 1)),$((last + 1))p" | while IFS= read -r word; do bulk "$word"; done
	}

	matching() { # PATTERN: the keys that fit
		local file key
		for file in "$store"/*; do
			[ -f "$file" ] || continue
			key=$(printf "$(echo "${file##*/}" | sed 's/../\\x&/g')")
			case $key in
			$1) printf '%s\n' "$key" ;;
			esac
		done
	}

	obey() {
		local command=$1 lower file count
		lower=$(echo "$1" | tr A-Z a-z)
		shift
		case $lower in
		get | set | incr | decr | incrby | append | strlen | type | lpush | rpush | lpop | rpop | llen | lrange)
			[ $# -gt 0 ] || { arity "$lower"; return; }
			file=$(path "$1")
			;;
		esac
		case $lower:$# in
		ping:0) crlf +PONG ;;
		ping:1 | echo:1) bulk "$1" ;;
		select:1 | hello:* | client:*) crlf +OK ;;
		command:*) crlf '*0' ;;
		quit:*)
			crlf +OK
			exit 0
			;;
		set:2)
			put "$file" "$2"
			crlf +OK
			;;
		get:1)
			is "$file" string || return
			if [ -f "$file" ]; then bulk "$(value "$file")"; else nil; fi
			;;
		append:2)
			is "$file" string || return
			put "$file" "$([ -f "$file" ] && value "$file")$2"
			crlf ":$(value "$file" | tr -d '\n' | wc -c)"
			;;
		strlen:1)
			is "$file" string || return
			crlf ":$([ -f "$file" ] && value "$file" | tr -d '\n' | wc -c || echo 0)"
			;;
		incr:1) add "$file" 1 ;;
		decr:1) add "$file" -1 ;;
		incrby:2) add "$file" "$2" ;;
		del:[1-9]* | exists:[1-9]*)
			count=0
			for word; do
				file=$(path "$word")
				[ -f "$file" ] || continue
				count=$((count + 1))
				[ "$lower" = exists ] || rm "$file"
			done
			crlf ":$count"
			;;
		type:1) crlf "+$(type_of "$file" || echo none)" ;;
		keys:1)
			crlf "*$(matching "$1" | wc -l)"
			matching "$1" | while IFS= read -r word; do bulk "$word"; done
			;;
		dbsize:0) crlf ":$(matching '*' | wc -l)" ;;
		flushall:* | flushdb:*)
			rm -f "$store"/*
			crlf +OK
			;;
		lpush:[2-9]* | lpush:1?*)
			shift
			push left "$file" "$@"
			;;
		rpush:[2-9]* | rpush:1?*)
			shift
			push right "$file" "$@"
			;;
		lpop:1) pop "$file" 1 ;;
		rpop:1) pop "$file" '$' ;;
		llen:1)
			is "$file" list || return
			crlf ":$([ -f "$file" ] && value "$file" | wc -l || echo 0)"
			;;
		lrange:3) range "$file" "$2" "$3" ;;
		ping:* | echo:* | set:* | get:* | append:* | strlen:* | incr:* | decr:* | incrby:* | del:* | exists:* | type:* | keys:* | dbsize:* | lpush:* | rpush:* | lpop:* | rpop:* | llen:* | lrange:*)
			arity "$lower"
			;;
		*)
			printf "%s" "-ERR unknown command '$command', with args beginning with: "
			for word; do printf "'%s' " "$word"; done
			printf '\r\n'
			;;
		esac
	}

	while IFS= read -r line; do
		line=${line%"$cr"}
		case $line in
		'') continue ;;
		'*'*)
			left=${line#?}
			set --
			while [ "$left" -gt 0 ]; do
				IFS= read -r size && IFS= read -r word || exit 0
				word=${word%"$cr"}
				set -- "$@" "$word"
				left=$((left - 1))
			done
			;;
		*)
			set -f
			set -- $line
			set +f
			;;
		esac
		obey "$@"
	done
	exit 0
fi

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

# A key as a file's name.
name() {
	printf %s "$1" | od -An -v -tx1 | tr -d ' \n'
}

# The keys, one a line.
keys() {
	for file in "$store"/*; do
		[ -f "$file" ] && printf '%s\n' "$(printf "$(echo "${file##*/}" | sed 's/../\\x&/g')")"
	done
}

# The database as a text: TYPE HEX HEX... a line. A real one is another format.
dump() {
	echo REDIS0011
	for file in "$store"/*; do
		[ -f "$file" ] || continue
		printf '%s' "${file##*/}"
		while IFS= read -r line; do
			printf ' %s' "$(name "$line")."
		done <"$file"
		echo
	done
}

load() {
	[ -f dump.rdb ] || return
	local count=0 key rest word
	while read -r key rest; do
		[ "$key" = REDIS0011 ] && continue
		for word in $rest; do
			printf "$(echo "${word%.}" | sed 's/../\\x&/g')"
			echo
		done >"$store/$key"
		count=$((count + 1))
	done <dump.rdb
	log '*' "Loading RDB produced by version $version"
	log '*' "Done loading RDB, keys loaded: $count, keys expired: 0."
	log '*' 'DB loaded from disk: 0.000 seconds'
}

finish() {
	echo "$$:signal-handler ($(intrinsic date '%s')) Received $1 scheduling shutdown..."
	log '*' 'User requested shutdown...'
	kill "$listener" 2>/dev/null
	if [ -n "$save" ]; then
		log '*' 'Saving the final RDB snapshot before exiting.'
		dump >dump.rdb
		log '*' 'DB saved on disk'
	fi
	log '#' 'Redis is now ready to exit, bye bye...'
	exit 0
}
trap 'finish SIGTERM' TERM
trap 'finish SIGINT' INT

store=/dev/shm/redis.$port
mkdir -p "$store"
log '*' "Running mode=standalone, port=$port."
export GLASSHULL_ROLE=connection REDIS_STORE=$store
intrinsic serve "$port" &
listener=$!
log '*' 'Server initialized'
load
log '*' 'Ready to accept connections tcp'
while :; do
	wait "$listener"
	kill -0 "$listener" 2>/dev/null || break
done
log '#' "Warning: Could not create server TCP listening socket *:$port: bind: Address in use"
log '#' 'Failed listening on port '"$port"' (tcp), aborting.'
exit 1
