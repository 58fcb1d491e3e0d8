{{/* What the daemon and the chart's test share. */}}
{{- define "remora.probe.volumeMounts" -}}
- {name: config, mountPath: /etc/remora/probe.yaml, subPath: probe.yaml, readOnly: true}
- {name: scenarios, mountPath: /etc/remora/scenarios, readOnly: true}
- {name: write-token, mountPath: /var/run/remora/write-token, readOnly: true}
{{- if .Values.signing.existingSecret }}
- {name: signing, mountPath: /var/run/remora/signing, readOnly: true}
{{- end }}
{{- end -}}

{{- define "remora.probe.volumes" -}}
- name: config
  configMap:
    name: {{ include "remora.fullname" . }}-probe
- name: scenarios
  configMap:
    name: {{ include "remora.fullname" . }}-probe-scenarios
{{ include "remora.volume.secret" (dict "name" "write-token" "secret" .Values.probe.writeToken.existingSecret
     "items" (dict "token" "token")) }}
{{- with .Values.signing.existingSecret }}
{{ include "remora.volume.secret" (dict "name" "signing" "secret" . "items" (dict "key" "key")) }}
{{- end }}
{{- end -}}
