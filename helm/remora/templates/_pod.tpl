{{/* What all Pods have in common. Arguments: root, component. */}}
{{- define "remora.pod.metadata" -}}
annotations:
  checksum/config: {{ include (print .root.Template.BasePath "/" .component "/configmap.yaml") .root | sha256sum }}
  {{- with .root.Values.podAnnotations }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
labels:
  {{- include "remora.selectorLabels" . | nindent 2 }}
  {{- with .root.Values.podLabels }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
{{- end -}}

{{- define "remora.pod.settings" -}}
automountServiceAccountToken: false
{{- with .root.Values.image.pullSecrets }}
imagePullSecrets:
  {{- toYaml . | nindent 2 }}
{{- end }}
securityContext:
  {{- toYaml .root.Values.podSecurityContext | nindent 2 }}
{{- with .root.Values.priorityClassName }}
priorityClassName: {{ . }}
{{- end }}
{{- with .root.Values.nodeSelector }}
nodeSelector:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .root.Values.tolerations }}
tolerations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .root.Values.affinity }}
affinity:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end -}}

{{/* Of Pods with replicas: over the nodes, where there is room. */}}
{{- define "remora.pod.spread" -}}
topologySpreadConstraints:
  - maxSkew: 1
    topologyKey: kubernetes.io/hostname
    whenUnsatisfiable: ScheduleAnyway
    labelSelector:
      matchLabels:
        {{- include "remora.selectorLabels" . | nindent 8 }}
{{- end -}}

{{/* The containers stop one after the other: sleep, application, then the sidecar. */}}
{{- define "remora.pod.gracePeriod" -}}
{{- add .Values.drain.sleepSeconds (mul 2 .Values.drain.graceSeconds) 5 -}}
{{- end -}}

{{- define "remora.container.settings" -}}
image: {{ include "remora.image" .root }}
imagePullPolicy: {{ .root.Values.image.pullPolicy }}
securityContext:
  {{- toYaml .root.Values.securityContext | nindent 2 }}
resources:
  {{- toYaml .resources | nindent 2 }}
{{- end -}}

{{/* Liveness asks the process only; readiness asks what it depends on. Argument: the port's name. */}}
{{- define "remora.container.probes" -}}
livenessProbe:
  httpGet: {path: /livez, port: {{ . }}}
  periodSeconds: 10
  timeoutSeconds: 2
  failureThreshold: 3
readinessProbe:
  httpGet: {path: /readyz, port: {{ . }}}
  periodSeconds: 5
  timeoutSeconds: 2
{{- end -}}

{{/* Endpoints forget a Pod some time after it was told to stop: keep serving until then. */}}
{{- define "remora.container.preStop" -}}
lifecycle:
  preStop:
    sleep: {seconds: {{ .Values.drain.sleepSeconds }}}
{{- end -}}

{{/* One key of a Secret as a file. Arguments: name (of the volume), secret, items (key: file). */}}
{{- define "remora.volume.secret" -}}
- name: {{ .name }}
  secret:
    secretName: {{ .secret }}
    defaultMode: 0440
    items:
      {{- range $key, $path := .items }}
      - {key: {{ $key }}, path: {{ $path }}}
      {{- end }}
{{- end -}}

{{/* The native sidecar: it starts before the application and stops after it. Its start-up probe asks
     /livez, which never waits for the application: that would be a deadlock.
     Arguments: root, settings (of its sidecar), port (inbound), portName, publicTls, signing. */}}
{{- define "remora.sidecar.container" -}}
- name: sidecar
  restartPolicy: Always
  command: [remora-sidecar]
  args: [--config, /etc/remora/sidecar.yaml]
  {{- include "remora.container.settings" (dict "root" .root "resources" .settings.resources) | nindent 2 }}
  ports:
    - {name: {{ .portName }}, containerPort: {{ .port }}}
    - {name: sidecar-admin, containerPort: 9901}
  startupProbe:
    httpGet: {path: /livez, port: sidecar-admin}
    periodSeconds: 1
    failureThreshold: 60
  {{- include "remora.container.probes" "sidecar-admin" | nindent 2 }}
  volumeMounts:
    - {name: sidecar-config, mountPath: /etc/remora, readOnly: true}
    - {name: mtls, mountPath: /var/run/remora/mtls, readOnly: true}
    {{- if .publicTls }}
    - {name: public-tls, mountPath: /var/run/remora/public-tls, readOnly: true}
    {{- end }}
    {{- if .signing }}
    - {name: signing, mountPath: /var/run/remora/signing, readOnly: true}
    {{- end }}
{{- end -}}

{{- define "remora.mtls.volume" -}}
{{- include "remora.volume.secret" (dict "name" "mtls" "secret" .secret
      "items" (dict "tls.crt" "tls.crt" "tls.key" "tls.key" "ca.crt" "ca.crt")) -}}
{{- end -}}
