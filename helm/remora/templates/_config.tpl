{{/* Parts of the programs' configuration files that several of them share. */}}

{{- define "remora.config.drain" -}}
drain: {delay: 0s, grace: {{ .Values.drain.graceSeconds }}s}
{{- end -}}

{{- define "remora.config.redis" -}}
redis: {address: {{ .Values.redis.address | quote }}, password: "file:/var/run/remora/redis/password"}
{{- end -}}

{{/* Arguments: root, pool. */}}
{{- define "remora.config.postgres" -}}
postgres: {url: "file:/var/run/remora/postgres/url", pool: {{ .pool }}}
{{- end -}}
