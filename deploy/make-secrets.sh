#!/bin/sh
# Make the secrets that compose.yaml mounts, each once: what is there already stays.
set -eu
cd "$(dirname "$0")"
[ -d secrets ] || mkdir -m 700 secrets # on this computer for its owner alone; in a container, readable by its user
umask 022

random() { od -An -N32 -tx1 /dev/urandom | tr -d ' \n'; }
keep() { if [ -s "secrets/$1" ]; then cat > /dev/null; else cat > "secrets/$1" && echo "made secrets/$1"; fi; }

random | keep postgres_password
printf 'postgresql+psycopg://wardrobe:%s@postgres:5432/wardrobe' "$(cat secrets/postgres_password)" |
  keep wardrobe_database_url
random | keep wardrobe_metrics_token
random | keep ray_token
printf 'wardrobe' | keep minio_user
random | keep minio_password
printf '[default]\naws_access_key_id = %s\naws_secret_access_key = %s\n' \
  "$(cat secrets/minio_user)" "$(cat secrets/minio_password)" | keep s3_credentials
keep sign_in.toml <<END
# Fill in the name of your wardrobe, and what your provider of sign-in gave you: docs/sign-in.md explains it.
[auth]
redirect_uri = "https://wardrobe.example.org/oauth2callback"
cookie_secret = "$(random)"
client_id = ""
client_secret = ""
server_metadata_url = "https://id.example.org/.well-known/openid-configuration"
END
