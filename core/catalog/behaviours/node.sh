# node 20.15.1: programs whose lines are console.log of texts, numbers, process.version and process.env, and require of
# modules that are there. Any other JavaScript is refused with its line.

version=v20.15.1

case $1 in
-v | --version)
	echo "$version"
	exit 0
	;;
-e | --eval | -p)
	[ "$1" = -p ] && text="console.log($2)" || text=$2
	file='[eval]'
	folder=$PWD
	;;
'')
	echo 'glasshull: node: its prompt is not simulated' >&2
	exit 126
	;;
-*)
	echo "glasshull: node: the option '$1' is not simulated" >&2
	exit 126
	;;
*)
	case $1 in
	/*) file=$1 ;;
	*) file=$PWD/${1#./} ;;
	esac
	[ -f "$file" ] || [ ! -f "$file.js" ] || file=$file.js
	if [ ! -f "$file" ]; then
		printf "node:internal/modules/cjs/loader:1148\n  throw err;\n  ^\n\nError: Cannot find module '%s'\n" "$file" >&2
		printf "    at Module._resolveFilename (node:internal/modules/cjs/loader:1145:15) {\n  code: 'MODULE_NOT_FOUND',\n  requireStack: []\n}\n\nNode.js %s\n" "$version" >&2
		exit 1
	fi
	text=$(cat "$file")
	folder=${file%/*}
	;;
esac

refuse() {
	echo "glasshull: node: $file: this JavaScript is not simulated: $1" >&2
	exit 126
}

trim() {
	trimmed=$1
	while :; do
		case $trimmed in
		[\ \	]*) trimmed=${trimmed#?} ;;
		*[\ \	\;]) trimmed=${trimmed%?} ;;
		*) break ;;
		esac
	done
}

# The values of an expression: terms between + make one text, between commas several. Sets `value`.
evaluate() {
	local rest=$1 whole=$1 quote term
	value=
	while :; do
		trim "$rest"
		rest=$trimmed
		case $rest in
		[\"\']*)
			quote=${rest%"${rest#?}"}
			rest=${rest#?}
			term=${rest%%"$quote"*}
			rest=${rest#*"$quote"}
			;;
		process.version*)
			term=$version
			rest=${rest#process.version}
			;;
		process.env.*)
			rest=${rest#process.env.}
			term=${rest%%[!A-Za-z0-9_]*}
			rest=${rest#"$term"}
			eval "term=\${$term-undefined}"
			;;
		[0-9]*)
			term=${rest%%[!0-9]*}
			rest=${rest#"$term"}
			;;
		*) refuse "$whole" ;;
		esac
		value=$value$term
		trim "$rest"
		rest=$trimmed
		case $rest in
		'') return ;;
		'||'*)
			[ "$term" = undefined ] && value=${value%undefined} || return
			rest=${rest#??}
			;;
		+*) rest=${rest#?} ;;
		,*)
			rest=${rest#?}
			value="$value "
			;;
		*) refuse "$whole" ;;
		esac
	done
}

# Whether a module is there, as node looks for it.
resolve() {
	local module=$1 at=$folder
	case $module in
	node:* | assert | buffer | crypto | events | fs | http | https | os | path | process | url | util) return 0 ;;
	./* | ../* | /*)
		case $module in
		/*) ;;
		*) module=$folder/$module ;;
		esac
		for end in '' .js .json /index.js; do
			[ -f "$module$end" ] && return 0
		done
		return 1
		;;
	esac
	while :; do
		[ -f "$at/node_modules/$module/package.json" ] && return 0
		[ -n "$at" ] || return 1
		at=${at%/*}
	done
}

number=0
while IFS= read -r line; do
	number=$((number + 1))
	trim "$line"
	line=$trimmed
	case $line in
	'' | //* | '"use strict"' | "'use strict'") ;;
	console.log\(*\) | console.error\(*\))
		inner=${line#*\(}
		trim "${inner%\)}"
		[ -z "$trimmed" ] && value= || evaluate "$trimmed"
		case $line in
		console.log*) printf '%s\n' "$value" ;;
		*) printf '%s\n' "$value" >&2 ;;
		esac
		;;
	*require\(*)
		module=${line#*require\(}
		module=${module#?}
		module=${module%%[\"\']*}
		case ${line#*require\(?"$module"?} in
		\)) ;;
		*) refuse "$line" ;;
		esac
		if ! resolve "$module"; then
			printf "node:internal/modules/cjs/loader:1148\n  throw err;\n  ^\n\nError: Cannot find module '%s'\nRequire stack:\n- %s\n" "$module" "$file" >&2
			printf "    at Module._resolveFilename (node:internal/modules/cjs/loader:1145:15) {\n  code: 'MODULE_NOT_FOUND',\n  requireStack: [ '%s' ]\n}\n\nNode.js %s\n" "$file" "$version" >&2
			exit 1
		fi
		;;
	*) refuse "line $number: $line" ;;
	esac
done <<TEXT
$text
TEXT
exit 0
