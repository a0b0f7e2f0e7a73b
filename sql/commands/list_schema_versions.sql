select version, name, applied_at from schema_version order by version
