"""The audit log as auditors and admins read it."""
