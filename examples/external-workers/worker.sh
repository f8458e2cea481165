#!/bin/sh
# Labels images with sh, curl and awk alone:
#
#     LIGASE_TOKEN=... sh worker.sh http://127.0.0.1:7474
#
# It ends with the signal TERM, at the latest when the request that waits is answered. What it had then is given to
# another worker when its lease is over.
set -eu
umask 077

url=$1
token=$LIGASE_TOKEN
worker="sh-$$"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 143' INT TERM

# The token goes to curl by its standard input: the list of processes does not show it.
as_user() {
  printf 'header = "Authorization: Bearer %s"\n' "$token" | curl --silent --show-error --config - "$@"
}

# Sends the text that it reads; the answer is in $work/answer, its status is printed.
ask() {
  cat > "$work/body"
  as_user --header 'Content-Type: application/json' --data-binary "@$work/body" \
    --output "$work/answer" --write-out '%{http_code}' "$url/api/v1/external-tasks/$1"
}

# The same, again until the server answers: it does not mind to be told a thing twice.
tell() {
  cat > "$work/told"
  until status=$(ask "$1" < "$work/told") && [ "${status%??}" != 5 ]; do
    echo "the server does not answer" >&2
    sleep 2
  done
}

# Of an answer with one task: its id stands at the beginning, its file and the lease's token at the end.
field() {
  sed -n "s/$1/\\1/p" "$work/answer"
}

# Says what became of the task, in the name of whoever has the lease.
say() {
  printf '{"token":"%s",%s}' "$lease" "$2" > "$work/result"
  tell "$id/$1" < "$work/result"
}

# Of a plain PGM image, from 0 to 1.
brightness() {
  awk 'NR == 1 && $0 != "P2" { exit 1 }
    NR == 3 { most = $1 }
    NR > 3 { for (i = 1; i <= NF; i++) { sum += $i; count++ } }
    END { if (count == 0) exit 1; printf "%.4f", sum / count / most }' "$1"
}

while :; do
  printf '{"topics":["images"],"worker":"%s","waitMs":60000}' "$worker" > "$work/wanted"
  tell lease < "$work/wanted"
  [ "$status" = 200 ] || { cat "$work/answer" >&2; exit 1; }
  grep -q '^{"tasks":\[\]}' "$work/answer" && continue

  id=$(field '^{"tasks":\[{"task":{"run":"[^"]*","id":"\([^"]*\)".*')
  lease=$(field '.*"token":"\([A-Za-z0-9_-]*\)"}\]}$')
  href=$(field '.*"href":"\([^"]*\)"}\],"token":"[A-Za-z0-9_-]*"}\]}$')

  if ! as_user --fail --output "$work/image" "$url$href"; then
    say fail '"message":"the image could not be fetched","retry":true'
  elif mean=$(brightness "$work/image"); then
    label=$(awk -v mean="$mean" 'BEGIN { print (mean > 0.5 ? "bright" : "dark") }')
    say complete "\"value\":{\"label\":\"$label\",\"mean\":$mean}"
  else
    say fail '"message":"this is not an image","retry":false'
  fi
  case $status in
    200) echo "$id" ;;
    # Somebody else has the task, or nobody needs it any more: that is no fault of this worker.
    409) cat "$work/answer" >&2 ;;
    *) cat "$work/answer" >&2; exit 1 ;;
  esac
done
