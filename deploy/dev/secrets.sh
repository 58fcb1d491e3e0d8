# Secrets of the local stack: made once, kept in .run/secrets, readable by their owner only.
# shellcheck shell=bash

# make_secrets: everything that does not exist yet; certificates again when they are about to end.
make_secrets() {
  local name previous
  previous=$(umask)
  umask 077
  for name in write-token redis-password postgres-{superuser,owner,reader,scores,worker}; do
    random_secret "$name" 24
  done
  random_secret probe-signing-key 32
  printf '%s read,write local\n' "$(sha256_of write-token)" >"$secret_dir/tokens"
  write_postgres_urls
  if ! certificates_are_good; then make_certificates; fi
  umask "$previous"
}

# random_secret NAME BYTES: hexadecimal, without a line end.
random_secret() {
  [[ -s $secret_dir/$1 ]] || printf '%s' "$(openssl rand -hex "$2")" >"$secret_dir/$1"
}

secret() { cat "$secret_dir/$1"; }
sha256_of() { sha256sum <"$secret_dir/$1" | cut -d' ' -f1; }

# Connection strings carry passwords, so they live here and not beside the configuration.
write_postgres_urls() {
  local role
  for role in owner reader scores worker; do
    printf 'postgresql://remora_%s:%s@127.0.0.1:%s/remora' "$role" "$(secret "postgres-$role")" \
      "${port[postgres]}" >"$secret_dir/postgres-$role.url"
  done
}

certificates_are_good() {
  local name
  for name in securities scores; do
    [[ -s $secret_dir/$name.key ]] &&
      openssl x509 -in "$secret_dir/$name.crt" -noout -checkend 604800 >/dev/null 2>&1 || return 1
  done
}

# A private authority, and one certificate a sidecar: its DNS name and its SPIFFE identity.
make_certificates() {
  local name
  openssl req -x509 -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -noenc -days 825 \
    -subj '/CN=remora local authority' \
    -addext 'basicConstraints=critical,CA:TRUE,pathlen:0' \
    -addext 'keyUsage=critical,keyCertSign,cRLSign' \
    -keyout "$secret_dir/ca.key" -out "$secret_dir/ca.crt" 2>/dev/null
  for name in securities scores; do make_certificate "$name"; done
}

make_certificate() {
  openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -noenc -subj "/CN=$1" \
    -keyout "$secret_dir/$1.key" -out "$secret_dir/$1.csr" 2>/dev/null
  openssl x509 -req -in "$secret_dir/$1.csr" -days 397 -CA "$secret_dir/ca.crt" \
    -CAkey "$secret_dir/ca.key" -set_serial "0x$(openssl rand -hex 16)" \
    -extfile <(certificate_extensions "$1") -out "$secret_dir/$1.crt" 2>/dev/null
  rm -f "$secret_dir/$1.csr"
}

certificate_extensions() {
  cat <<END
basicConstraints = critical, CA:FALSE
keyUsage = critical, digitalSignature
extendedKeyUsage = serverAuth, clientAuth
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
subjectAltName = DNS:$1, DNS:localhost, IP:127.0.0.1, URI:spiffe://remora.local/$1
END
}
