# npm 10.8.1: installs the few packages whose facts are here, and runs the scripts of package.json.

version=10.8.1

refuse() {
	echo "glasshull: npm: $1 is not simulated" >&2
	exit 126
}

# The entries of an object of package.json, `name value` a line. One entry on each line, or all on one.
object() { # KEY
	tr -d '\n' <package.json | sed -n "s/.*\"$1\"[[:space:]]*:[[:space:]]*{\([^}]*\)}.*/\1/p" |
		sed 's/"[[:space:]]*,[[:space:]]*"/"\n"/g' |
		sed -n 's/^[[:space:]]*"\([^"]*\)"[[:space:]]*:[[:space:]]*"\(.*\)"[[:space:]]*$/\1 \2/p'
}

field() { # KEY DEFAULT
	local found
	found=$(sed -n "s/^[[:space:]]*\"$1\"[[:space:]]*:[[:space:]]*\"\([^\"]*\)\".*/\1/p" package.json | head -n 1)
	echo "${found:-$2}"
}

# The version of a package that the registry of this simulation has.
known() {
	case $1 in
	ms) echo 2.1.3 ;;
	left-pad) echo 1.3.0 ;;
	is-number) echo 7.0.0 ;;
	*)
		printf "npm error code E404\nnpm error 404 Not Found - GET https://registry.npmjs.org/%s - Not found\n" "$1" >&2
		echo "glasshull: npm: no facts about the package '$1' are here; known are ms, left-pad and is-number" >&2
		exit 1
		;;
	esac
}

put() { # NAME VERSION
	mkdir -p "node_modules/$1"
	printf '{\n  "name": "%s",\n  "version": "%s",\n  "main": "index.js"\n}\n' "$1" "$2" >"node_modules/$1/package.json"
	printf '// %s %s: the text of this module is not simulated.\n' "$1" "$2" >"node_modules/$1/index.js"
}

packages() { # COUNT
	[ "$1" = 1 ] && echo '1 package' || echo "$1 packages"
}

install() {
	local added=0 all=1 name wanted found development=
	[ -f package.json ] || echo '{}' >package.json
	case " $* " in
	*' --omit=dev '* | *' --production '*) ;;
	*) development=$(object devDependencies) ;;
	esac
	printf '%s\n%s\n' "$(object dependencies)" "$development" >/tmp/npm.$$
	while read -r name wanted; do
		[ -n "$name" ] || continue
		found=$(known "$name") || exit 1
		all=$((all + 1))
		[ -f "node_modules/$name/package.json" ] || added=$((added + 1))
		put "$name" "$found"
	done </tmp/npm.$$ || exit 1
	if [ "$command" != ci ]; then
		{
			printf '{\n  "name": "%s",\n  "version": "%s",\n  "lockfileVersion": 3,\n  "requires": true,\n  "packages": {\n' "$(field name "${PWD##*/}")" "$(field version 1.0.0)"
			while read -r name wanted; do
				[ -n "$name" ] && printf '    "node_modules/%s": { "version": "%s" },\n' "$name" "$(known "$name")"
			done </tmp/npm.$$
			printf '    "": {}\n  }\n}\n'
		} >package-lock.json
	fi
	rm /tmp/npm.$$
	intrinsic sleep 1
	if [ "$added" = 0 ]; then
		printf '\nup to date, audited %s in 1s\n\nfound 0 vulnerabilities\n' "$(packages "$all")"
	else
		printf '\nadded %s, and audited %s in 1s\n\nfound 0 vulnerabilities\n' "$(packages "$added")" "$(packages "$all")"
	fi
}

run() { # SCRIPT
	local line
	if [ ! -f package.json ]; then
		printf 'npm error code ENOENT\nnpm error syscall open\nnpm error path %s/package.json\nnpm error errno -2\n' "$PWD" >&2
		printf "npm error enoent Could not read package.json: Error: ENOENT: no such file or directory, open '%s/package.json'\n" "$PWD" >&2
		exit 254
	fi
	line=$(object scripts | sed -n "s/^$1 //p")
	if [ -z "$line" ]; then
		printf 'npm error Missing script: "%s"\nnpm error\nnpm error To see a list of scripts, run:\nnpm error   npm run\n' "$1" >&2
		exit 1
	fi
	printf '\n> %s@%s %s\n> %s\n\n' "$(field name "${PWD##*/}")" "$(field version 1.0.0)" "$1" "$line"
	PATH=$PWD/node_modules/.bin:$PATH sh -c "$line"
	exit
}

command=$1
[ $# -gt 0 ] && shift
case $command in
-v | --version) echo "$version" ;;
install | i | ci)
	for word; do
		case $word in
		--omit=dev | --production | --no-audit | --no-fund) ;;
		*) refuse "'npm $command $word'" ;;
		esac
	done
	if [ "$command" = ci ] && [ ! -f package-lock.json ]; then
		printf 'npm error code EUSAGE\nnpm error\nnpm error The `npm ci` command can only install with an existing package-lock.json or\nnpm error npm-shrinkwrap.json with lockfileVersion >= 1. Run an install with npm@5 or\nnpm error later to generate a package-lock.json file, then try again.\n' >&2
		exit 1
	fi
	install "$@"
	;;
run | run-script) run "$1" ;;
start | test) run "$command" ;;
*) refuse "'npm $command'" ;;
esac
