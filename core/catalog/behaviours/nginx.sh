# nginx: serves the files of one root folder on one port. Its settings are those of a text file of conf.d or http.d, or of
# nginx.conf; other directives than listen, root, index, server_name and return are passed over.

version=1.26.2

# A connection: one request from standard input, the answer to standard output, a line of the log to descriptor 3.
if [ "$GLASSHULL_ROLE" = connection ]; then
	cr=$(printf '\r')
	IFS= read -r request || exit 0
	request=${request%"$cr"}
	agent=-
	while IFS= read -r line; do
		line=${line%"$cr"}
		case $line in
		'') break ;;
		[Uu]ser-[Aa]gent:*) agent=${line#*: } ;;
		esac
	done
	method=${request%% *}
	path=${request#* }
	path=${path%% *}
	path=${path%%\?*}
	status='200 OK'
	file=$NGINX_ROOT$path
	case $path in
	*/../* | */..) status='400 Bad Request' ;;
	*/) file=$file$NGINX_INDEX ;;
	esac
	case $method in
	GET | HEAD) ;;
	*) status='405 Not Allowed' ;;
	esac
	if [ "$status" = '200 OK' ]; then
		if [ -n "$NGINX_ROOT" ] && [ ! -e "$file" ] && [ -d "${file%"$NGINX_INDEX"}" ] && [ "${path%/}" != "$path" ]; then
			status='403 Forbidden'
		elif [ -z "$NGINX_ROOT" ] || [ ! -e "$file" ]; then
			status='404 Not Found'
		elif [ -d "$file" ]; then
			status='301 Moved Permanently'
		elif [ ! -r "$file" ]; then
			status='403 Forbidden'
		fi
	fi
	case ${file##*.} in
	html | htm) type=text/html ;;
	css) type=text/css ;;
	js) type=application/javascript ;;
	json) type=application/json ;;
	txt) type=text/plain ;;
	svg) type=image/svg+xml ;;
	png) type=image/png ;;
	*) type=application/octet-stream ;;
	esac
	if [ "$status" != '200 OK' ]; then
		type=text/html
		file=/dev/shm/nginx.$$
		printf '<html>\r\n<head><title>%s</title></head>\r\n<body>\r\n<center><h1>%s</h1></center>\r\n<hr><center>nginx/%s</center>\r\n</body>\r\n</html>\r\n' "$status" "$status" "$version" >"$file"
	fi
	length=$(wc -c <"$file")
	printf 'HTTP/1.1 %s\r\nServer: nginx/%s\r\nDate: %s GMT\r\nContent-Type: %s\r\nContent-Length: %d\r\nConnection: close\r\n\r\n' \
		"$status" "$version" "$(intrinsic date '%a, %d %b %Y %H:%M:%S')" "$type" "$length"
	[ "$method" = HEAD ] || cat "$file"
	printf '127.0.0.1 - - [%s +0000] "%s" %s %d "-" "%s" "-"\n' \
		"$(intrinsic date '%d/%b/%Y:%H:%M:%S')" "$request" "${status%% *}" "$length" "$agent" >&3
	[ "$status" = '200 OK' ] || rm -f "$file"
	exit 0
fi

refuse() {
	echo "glasshull: nginx: $1 is not simulated" >&2
	exit 126
}

daemon=yes
while [ $# -gt 0 ]; do
	case $1 in
	-v)
		echo "nginx version: nginx/$version" >&2
		exit 0
		;;
	-t) test=yes ;;
	-g)
		case $2 in
		*'daemon off'*) daemon= ;;
		esac
		shift
		;;
	*) refuse "the option '$1'" ;;
	esac
	shift
done

# The first text file with a server in it: the whole configuration, for this simulation.
settings=
for file in /etc/nginx/conf.d/*.conf /etc/nginx/http.d/*.conf /etc/nginx/nginx.conf; do
	if [ -f "$file" ] && grep -q 'listen' "$file" 2>/dev/null; then
		settings=$file
		break
	fi
done
setting() { # NAME DEFAULT
	local found=
	[ -n "$settings" ] && found=$(sed -n "s/^[[:space:]]*$1[[:space:]][[:space:]]*\([^;]*\);.*/\1/p" "$settings" | head -n 1)
	echo "${found:-$2}"
}
port=$(setting listen 80)
port=${port%% *}
port=${port##*:}
NGINX_ROOT=$(setting root "")
NGINX_INDEX=$(setting index index.html)
NGINX_INDEX=${NGINX_INDEX%% *}
case $port in
'' | *[!0-9]*) refuse "listen $port" ;;
esac

if [ -n "$test" ]; then
	echo 'nginx: the configuration file /etc/nginx/nginx.conf syntax is ok' >&2
	echo 'nginx: configuration file /etc/nginx/nginx.conf test is successful' >&2
	exit 0
fi

serve() {
	exec 3>&1
	export GLASSHULL_ROLE=connection NGINX_ROOT NGINX_INDEX
	intrinsic serve "$port" &
	listener=$!
	trap 'kill "$listener"; exit 0' TERM QUIT INT
	while :; do
		wait "$listener"
		kill -0 "$listener" 2>/dev/null || break
	done
	echo "nginx: [emerg] bind() to 0.0.0.0:$port failed (98: Address in use)" >&2
	exit 1
}

if [ -n "$daemon" ]; then
	serve &
	exit 0
fi
serve
