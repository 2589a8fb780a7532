#!/bin/sh
# Joins our own style sheets and behaviours into the two files a page loads: static/bundle/crm.css and
# static/bundle/crm.js. Plain concatenation in the order below, committed; run after editing a part.
set -eu
cd "$(dirname "$0")/../static"

# The order is the cascade: a later sheet wins.
styles="fonts tokens base shell controls parts tables overlays
  screens/dashboard report-home screens/lists screens/records screens/leads screens/conversations screens/stock
  responsive
  screens/imports screens/settings screens/signin
  screens/routing screens/phone screens/inbox screens/customers additions"
# page.js gives the others their words, announcer and icons, so it comes first.
scripts="page answers toasts preferences palette keys bulk live dialogs drawer forms"

join() { # extension, names
  printf '/* Joined by scripts/bundle.sh: edit the parts, not this file. */\n'
  for name in $2; do
    printf '\n'
    cat "$1/$name.$1"
  done
}
join css "$styles" > bundle/crm.css
join js "$scripts" > bundle/crm.js
