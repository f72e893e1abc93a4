"""Reports of errors to Sentry (SENTRY_DSN) and of traces by OpenTelemetry (OTEL_EXPORTER_OTLP_*).

Both are off by default, and their packages are extras. What is sent is listed here: nothing else
leaves, so no email address, text, body, cookie, header, path, query or variable can.
"""
