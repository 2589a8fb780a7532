#!/bin/sh
# Joins our own style sheets and behaviours into the two files a page loads: static/bundle/crm.css and
# static/bundle/crm.js. Concatenation in the order below, without comments and spare blanks (6 KB less
# on the first visit); committed; run after editing a part.
set -eu
cd "$(dirname "$0")/../static"

# The order is the cascade: a later sheet wins.
styles="fonts tokens base shell controls parts tables overlays
  screens/dashboard report-home screens/lists screens/records screens/leads screens/conversations screens/stock
  responsive
  screens/imports screens/settings screens/signin
  screens/routing screens/phone screens/inbox screens/customers additions"
# page.js gives the others their words, announcer and icons, so it comes first.
scripts="page answers toasts preferences palette keys bulk live dialogs drawer forms departure"

# Comments that begin a line of a script; all of a style sheet. Both need none inside a string.
squeeze() { # extension
  awk -v anywhere="$([ "$1" = css ] && echo 1)" '
    {
      line = $0; kept = ""
      while (line != "") {
        if (inside) {
          end = index(line, "*/")
          if (!end) break
          line = substr(line, end + 2); inside = 0
          continue
        }
        start = index(line, "/*")
        if (!start || (!anywhere && substr(line, 1, start - 1) ~ /[^ \t]/)) { kept = kept line; break }
        kept = kept substr(line, 1, start - 1)
        line = substr(line, start + 2); inside = 1
      }
      gsub(/^[ \t]+|[ \t]+$/, "", kept)
      if (anywhere && kept !~ /["\047]/) { # no text in it: spaces beside these marks mean nothing
        gsub(/ *\{ */, "{", kept); gsub(/ *\} */, "}", kept); gsub(/ *; */, ";", kept); gsub(/ *, */, ",", kept)
      }
      if (kept == "" || (!anywhere && kept ~ /^\/\//)) next
      if (anywhere && kept ~ /[{;,]$/) printf "%s", kept
      else print kept
    }'
}
join() { # extension, names
  printf '/* Joined by scripts/bundle.sh: edit the parts, not this file. */\n'
  for name in $2; do
    squeeze "$1" < "$1/$name.$1"
  done
}
join css "$styles" > bundle/crm.css
join js "$scripts" > bundle/crm.js
