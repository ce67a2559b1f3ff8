"""The workspace's server: FastAPI over the lake (DuckDB) and the store. One folder per resource; no arithmetic."""
