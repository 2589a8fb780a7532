#!/bin/sh
# Copies the few third-party files the pages use out of node_modules into static/vendor.
# Run after a change of package.json: npm ci --ignore-scripts && sh scripts/vendor.sh
# The result is committed, so neither a deploy nor a test needs node. MODULES names another node_modules.
set -eu
cd "$(dirname "$0")/.."
modules=${MODULES:-node_modules}
vendor=static/vendor
mkdir -p "$vendor/fonts"

cp "$modules/bootstrap/dist/css/bootstrap.rtl.min.css" "$modules/bootstrap/dist/css/bootstrap.min.css" \
  "$modules/bootstrap/dist/js/bootstrap.bundle.min.js" "$vendor/"
cp "$modules/htmx.org/dist/htmx.min.js" "$vendor/htmx.min.js"
cp "$modules/chart.js/dist/chart.umd.min.js" "$vendor/chart.min.js"
cp "$modules/sortablejs/Sortable.min.js" "$vendor/sortable.min.js"

# The OFL reserves the name "Plex": the files stay whole, only renamed.
for weight in 400 500 600; do
  for subset in arabic latin; do
    cp "$modules/@fontsource/ibm-plex-sans-arabic/files/ibm-plex-sans-arabic-$subset-$weight-normal.woff2" \
      "$vendor/fonts/plex-$subset-$weight.woff2"
  done
done
cp "$modules/@fontsource/ibm-plex-sans-arabic/LICENSE" "$vendor/fonts/LICENSE.txt"

# Source maps are not shipped: hashed static storage would look for them and fail.
for file in "$vendor"/*.css "$vendor"/*.js; do
  sed -i -e 's@/\*# sourceMappingURL=.*\*/@@' -e 's@^//# sourceMappingURL=.*@@' "$file"
done

: > "$vendor/VERSIONS.txt"
for package in bootstrap htmx.org chart.js sortablejs @tabler/icons @fontsource/ibm-plex-sans-arabic; do
  node -p "const p = require('$(cd "$modules" && pwd)/$package/package.json'); [p.name, p.version, p.license].join(' ')" \
    >> "$vendor/VERSIONS.txt"
done
