#!/bin/sh
# nginx before Madar on a machine without containers: the template for this machine's nginx.
#   sh deploy/nginx/for-one-machine.sh crm.example.com > /etc/nginx/conf.d/madar.conf
# NGINX_CERTS and ACME_ROOT: other folders than the containers have.
set -eu
name=${1:?the public host name, for example crm.example.com}
here=$(dirname "$0")
version=$(nginx -v 2>&1 | sed 's/[^0-9.]*\([0-9.]*\).*/\1/')

# Names of containers become local ports; nobody has to look them up anew.
# `http2 on` is of nginx 1.25.1; before, it belonged to `listen`.
if [ "$(printf '%s\n' 1.25.1 "$version" | sort -V | head -n 1)" = 1.25.1 ]; then
    http2=';'
else
    http2='/^server {$/,/^}$/{ /http2 on;/d; }; /listen .*443 ssl;/s/ssl;/ssl http2;/'
fi
sed -e "s|\${SERVER_NAME}|$name|g" \
    -e "s|/etc/nginx/certs|${NGINX_CERTS:-/etc/nginx/certs}|g" \
    -e "s|/var/www/acme|${ACME_ROOT:-/var/www/acme}|g" \
    -e '/^resolver /d' \
    -e 's|server web:8000 resolve.*|server 127.0.0.1:8000;|' \
    -e 's|server ws:8001 resolve.*|server 127.0.0.1:8001;|' \
    -e "$http2" "$here/madar.conf.template"
