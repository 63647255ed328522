# Plays a server that gives its data to who has the token. It knows the token's sum only.
sum=$(printf %s "$1" | sha256sum | cut -c 1-16)
if [ "$sum" != 3e2881f747a991ec ]; then
	echo 'fetch: access denied' >&2
	exit 1
fi
echo 'the treasure lies below the third stone'
