{{/* The name of everything: the release, and the chart unless the release already says it. */}}
{{- define "remora.fullname" -}}
{{- if .Values.fullnameOverride -}}
{{- .Values.fullnameOverride | trunc 50 | trimSuffix "-" -}}
{{- else -}}
{{- $name := default .Chart.Name .Values.nameOverride -}}
{{- if contains $name .Release.Name -}}
{{- .Release.Name | trunc 50 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name $name | trunc 50 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{- define "remora.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 63 | trimSuffix "-" -}}
{{- end -}}

{{/* Arguments of the templates below: a dict of root and component (securities, scores, …). */}}
{{- define "remora.component.name" -}}
{{ include "remora.fullname" .root }}-{{ .component }}
{{- end -}}

{{- define "remora.selectorLabels" -}}
app.kubernetes.io/name: {{ include "remora.name" .root }}
app.kubernetes.io/instance: {{ .root.Release.Name }}
app.kubernetes.io/component: {{ .component }}
{{- end -}}

{{- define "remora.labels" -}}
{{ include "remora.selectorLabels" . }}
app.kubernetes.io/version: {{ .root.Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .root.Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .root.Chart.Name .root.Chart.Version | replace "+" "_" }}
{{- end -}}

{{- define "remora.image" -}}
{{- if .Values.image.digest -}}
{{ .Values.image.repository }}@{{ .Values.image.digest }}
{{- else -}}
{{ .Values.image.repository }}:{{ default .Chart.AppVersion .Values.image.tag }}
{{- end -}}
{{- end -}}

{{/* Where the probe goes, and what answers there. */}}
{{- define "remora.probe.target" -}}
{{- if .Values.probe.target -}}
{{ .Values.probe.target }}
{{- else -}}
{{- $scheme := ternary "https" "http" (not (empty .Values.securities.sidecar.tls.existingSecret)) -}}
{{ $scheme }}://{{ include "remora.fullname" . }}-securities:{{ .Values.securities.service.port }}
{{- end -}}
{{- end -}}

{{/* Metadata of an object of the operator or of Grafana, which may live in another namespace.
     Arguments: root, component, name, options (namespace, additionalLabels[, annotations]). */}}
{{- define "remora.monitoring.metadata" -}}
name: {{ .name }}
namespace: {{ default .root.Release.Namespace .options.namespace }}
labels:
  {{- include "remora.labels" . | nindent 2 }}
  {{- with .options.additionalLabels }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
{{- with .options.annotations }}
annotations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end -}}
