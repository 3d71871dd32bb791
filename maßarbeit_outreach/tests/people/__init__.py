"""Candidates without names, their barriers and permissions to work, and pools. Closed to all but the job centre."""
