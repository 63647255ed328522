# redis-cli 7.2.5: sends one command, or the lines of standard input, and prints the replies as they come out of a pipe.

host=127.0.0.1
port=6379
raw=
[ -t 1 ] || raw=yes

usage_version() {
	echo "redis-cli 7.2.5"
	exit 0
}

refuse() {
	echo "glasshull: redis-cli: $1 is not simulated" >&2
	exit 126
}

while [ $# -gt 0 ]; do
	case $1 in
	-v | --version) usage_version ;;
	-h) host=$2 && shift ;;
	-p) port=$2 && shift ;;
	--raw) raw=yes ;;
	--no-raw) raw= ;;
	-*) refuse "the option '$1'" ;;
	*) break ;;
	esac
	shift
done
case $host in
localhost) address=127.0.0.1 ;;
*[!0-9.]*)
	echo "Could not connect to Redis at $host:$port: Name or service not known" >&2
	exit 1
	;;
*) address=$host ;;
esac

request() { # WORDS...: as an array of bulk strings
	printf '*%d\r\n' $#
	for word; do
		printf '$%d\r\n%s\r\n' "$(LC_ALL=C; printf %s "$word" | wc -c)" "$word"
	done
}

# A reply: its first line is read already. $2 is the prefix of a line in a list.
reply() {
	local kind=${1%"${1#?}"} rest=${1#?} count number line
	case $kind in
	+) echo "$rest" ;;
	-)
		[ -n "$raw" ] && echo "$rest" || echo "(error) $rest"
		[ -n "$raw" ] && echo
		failed=1
		;;
	:) [ -n "$raw" ] && echo "$rest" || echo "(integer) $rest" ;;
	'$')
		if [ "$rest" = -1 ]; then
			[ -n "$raw" ] && echo || echo '(nil)'
			return
		fi
		IFS= read -r line
		line=${line%"$cr"}
		[ -n "$raw" ] && printf '%s\n' "$line" || printf '"%s"\n' "$line"
		;;
	'*')
		count=$rest
		if [ "$count" -le 0 ]; then
			[ -n "$raw" ] && echo || echo '(empty array)'
			return
		fi
		number=1
		while [ "$number" -le "$count" ]; do
			IFS= read -r line || return
			[ -n "$raw" ] || printf '%d) ' "$number"
			reply "${line%"$cr"}"
			number=$((number + 1))
		done
		;;
	esac
}

cr=$(printf '\r')
call() {
	failed=0
	request "$@" | intrinsic connect "$address" "$port" | {
		IFS= read -r line || exit 3
		reply "${line%"$cr"}"
		exit $failed
	}
	case $? in
	3)
		echo "Could not connect to Redis at $host:$port: Connection refused" >&2
		return 1
		;;
	esac
	return 0
}

if [ $# -gt 0 ]; then
	call "$@"
	exit
fi
[ -z "$raw" ] && refuse 'its prompt'
set -f
while read -r line; do
	set -- $line
	[ $# -eq 0 ] || call "$@" || exit 1
done
