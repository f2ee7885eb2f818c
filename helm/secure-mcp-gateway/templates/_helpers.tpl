{{- define "gateway.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 50 | trimSuffix "-" }}
{{- end }}

{{- define "gateway.fullname" -}}
{{- if .Values.fullnameOverride }}
{{- .Values.fullnameOverride | trunc 50 | trimSuffix "-" }}
{{- else }}
{{- $name := include "gateway.name" . }}
{{- if contains $name .Release.Name }}
{{- .Release.Name | trunc 50 | trimSuffix "-" }}
{{- else }}
{{- printf "%s-%s" .Release.Name $name | trunc 50 | trimSuffix "-" }}
{{- end }}
{{- end }}
{{- end }}

{{- define "gateway.selector" -}}
app.kubernetes.io/name: {{ include "gateway.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- define "gateway.labels" -}}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" }}
{{ include "gateway.selector" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
{{- end }}

{{- define "gateway.image" -}}
{{- if .Values.image.digest -}}
{{ .Values.image.repository }}@{{ .Values.image.digest }}
{{- else -}}
{{ .Values.image.repository }}:{{ .Values.image.tag | default .Chart.AppVersion }}
{{- end -}}
{{- end }}

{{- define "gateway.serviceAccountName" -}}
{{- if .Values.serviceAccount.create }}
{{- default (include "gateway.fullname" .) .Values.serviceAccount.name }}
{{- else }}
{{- default "default" .Values.serviceAccount.name }}
{{- end }}
{{- end }}

{{/* Secret or ConfigMap with the config; empty when it is fetched, or in the database alone. */}}
{{- define "gateway.configSecret" -}}
{{- if .Values.config.existingSecret }}{{ .Values.config.existingSecret }}
{{- else if or .Values.externalSecret.enabled (and .Values.config.inline (eq .Values.config.kind "Secret")) }}{{ include "gateway.fullname" . }}-config
{{- end }}
{{- end }}

{{- define "gateway.configMap" -}}
{{- if .Values.config.existingConfigMap }}{{ .Values.config.existingConfigMap }}
{{- else if and .Values.config.inline (eq .Values.config.kind "ConfigMap") }}{{ include "gateway.fullname" . }}-config
{{- end }}
{{- end }}

{{- define "gateway.redisSecret" -}}
{{- if .Values.redis.enabled }}{{ .Values.redis.existingSecret }}{{ else if .Values.externalRedis.host }}{{ .Values.externalRedis.existingSecret }}{{ end }}
{{- end }}

{{- define "gateway.redisPasswordKey" -}}
{{- if .Values.redis.enabled }}{{ .Values.redis.passwordKey }}{{ else }}{{ .Values.externalRedis.passwordKey }}{{ end }}
{{- end }}

{{/* The config of the values, with where Redis is. What the values say of it themselves wins. */}}
{{- define "gateway.inlineConfig" -}}
{{- $config := deepCopy .Values.config.inline }}
{{- if or .Values.redis.enabled .Values.externalRedis.host }}
{{- $cache := dict "enkrypt_mcp_use_external_cache" true }}
{{- if .Values.redis.enabled }}
{{- $_ := set $cache "enkrypt_cache_host" (printf "%s-redis" (include "gateway.fullname" .)) }}
{{- $_ := set $cache "enkrypt_cache_port" 6379 }}
{{- else }}
{{- $_ := set $cache "enkrypt_cache_host" .Values.externalRedis.host }}
{{- $_ := set $cache "enkrypt_cache_port" (int .Values.externalRedis.port) }}
{{- $_ := set $cache "enkrypt_cache_tls" .Values.externalRedis.tls }}
{{- end }}
{{- if include "gateway.redisSecret" . }}
{{- $_ := set $cache "enkrypt_cache_password" "${env:REDIS_PASSWORD}" }}
{{- end }}
{{- $common := merge (deepCopy (default dict (index $config "common_mcp_gateway_config"))) $cache }}
{{- $_ := set $config "common_mcp_gateway_config" $common }}
{{- end }}
{{- toPrettyJson $config }}
{{- end }}

{{- define "gateway.allowedHosts" -}}
{{- $hosts := concat .Values.gateway.allowedHosts (ternary .Values.ingress.hosts list .Values.ingress.enabled) (ternary .Values.httpRoute.hostnames list .Values.httpRoute.enabled) }}
{{- $service := include "gateway.fullname" . }}
{{- range list "" (printf ".%s" .Release.Namespace) (printf ".%s.svc" .Release.Namespace) (printf ".%s.svc.cluster.local" .Release.Namespace) }}
{{- $host := printf "%s%s" $service . }}
{{- $hosts = append $hosts (ternary $host (printf "%s:%d" $host (int $.Values.service.port)) (eq (int $.Values.service.port) 80)) }}
{{- end }}
{{- toJson (uniq $hosts) }}
{{- end }}

{{- define "gateway.containerSecurity" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
runAsNonRoot: true
capabilities:
  drop: [ALL]
{{- end }}

{{- define "gateway.podSecurity" -}}
runAsNonRoot: true
runAsUser: {{ . }}
runAsGroup: {{ . }}
fsGroup: {{ . }}
fsGroupChangePolicy: OnRootMismatch
seccompProfile:
  type: RuntimeDefault
{{- end }}

{{/* Everything that does not go together, in words. */}}
{{- define "gateway.check" -}}
{{- $v := .Values }}
{{- $sources := list }}
{{- if $v.config.inline }}{{ $sources = append $sources "config.inline" }}{{ end }}
{{- if $v.config.existingSecret }}{{ $sources = append $sources "config.existingSecret" }}{{ end }}
{{- if $v.config.existingConfigMap }}{{ $sources = append $sources "config.existingConfigMap" }}{{ end }}
{{- if $v.config.remote.url }}{{ $sources = append $sources "config.remote.url" }}{{ end }}
{{- if $v.externalSecret.enabled }}{{ $sources = append $sources "externalSecret.enabled" }}{{ end }}
{{- if gt (len $sources) 1 }}
{{- fail (printf "The config comes from one place: set one of %s." (join ", " $sources)) }}
{{- end }}
{{- if and (not $sources) (not $v.database.existingSecret) }}
{{- fail "There is no config: set config.inline, config.existingSecret, config.existingConfigMap, config.remote.url, externalSecret.enabled or database.existingSecret." }}
{{- end }}
{{- $many := ternary (gt (int $v.autoscaling.maxReplicas) 1) (gt (int $v.replicaCount) 1) $v.autoscaling.enabled }}
{{- if and $many (not $v.redis.enabled) (not $v.externalRedis.host) }}
{{- fail "More than one gateway needs a Redis, which holds sessions and limits for all of them: set redis.enabled or externalRedis.host, or replicaCount: 1 without autoscaling." }}
{{- end }}
{{- if and $v.autoscaling.enabled (gt (int $v.autoscaling.minReplicas) (int $v.autoscaling.maxReplicas)) }}
{{- fail "autoscaling.minReplicas is more than autoscaling.maxReplicas." }}
{{- end }}
{{- if and $v.redis.enabled $v.externalRedis.host }}
{{- fail "There is one Redis: set redis.enabled or externalRedis.host, not both." }}
{{- end }}
{{- if and $v.redis.enabled (not $v.redis.existingSecret) }}
{{- fail "redis.enabled needs redis.existingSecret, a Secret with the password: the chart makes none up." }}
{{- end }}
{{- if and $v.postgresql.enabled (not $v.database.existingSecret) }}
{{- fail "postgresql.enabled needs database.existingSecret, a Secret with the URL and the password: the chart makes none up." }}
{{- end }}
{{- if and $v.externalSecret.enabled (or (not $v.externalSecret.storeName) (not $v.externalSecret.remoteKey)) }}
{{- fail "externalSecret.enabled needs externalSecret.storeName and externalSecret.remoteKey." }}
{{- end }}
{{- if and (or $v.keys.cacheKey $v.keys.vaultKey $v.keys.auditSigningKey) (not $v.keys.existingSecret) }}
{{- fail "keys needs keys.existingSecret, the Secret that its entries are in." }}
{{- end }}
{{- if and $v.ingress.enabled (or (not $v.ingress.hosts) (not $v.ingress.tlsSecret)) }}
{{- fail "ingress.enabled needs ingress.hosts and ingress.tlsSecret: keys travel in headers." }}
{{- end }}
{{- if and $v.httpRoute.enabled (or (not $v.httpRoute.parentRefs) (not $v.httpRoute.hostnames)) }}
{{- fail "httpRoute.enabled needs httpRoute.parentRefs and httpRoute.hostnames." }}
{{- end }}
{{- if and $v.metrics.enabled $v.networkPolicy.enabled (not $v.metrics.from) }}
{{- fail "metrics.enabled needs metrics.from: the admin routes are on that port, for nobody but Prometheus." }}
{{- end }}
{{- if and $v.metrics.serviceMonitor.enabled (or (not $v.metrics.enabled) (not $v.metrics.serviceMonitor.adminKeySecret)) }}
{{- fail "metrics.serviceMonitor.enabled needs metrics.enabled and metrics.serviceMonitor.adminKeySecret." }}
{{- end }}
{{- $least := add (int $v.gateway.preStopSeconds) (ceil $v.gateway.drainDelaySeconds | int) 20 }}
{{- if le (int $v.gateway.terminationGracePeriodSeconds) (int $least) }}
{{- fail (printf "gateway.terminationGracePeriodSeconds must be more than %d: preStopSeconds, drainDelaySeconds and a shutdown of 20 seconds." (int $least)) }}
{{- end }}
{{- end }}
