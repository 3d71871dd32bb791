"""Groups by name."""
OUTREACH = 'maßarbeit_outreach.group_outreach_user'  # who reads what the offices know of a company
JOB_CENTRE = 'maßarbeit_outreach.group_job_centre'
MIGRATION_CENTRE = 'maßarbeit_outreach.group_migration_centre'
# Nobody else reads what is known of a person who looks for work, on any path.
CANDIDATE_GROUPS = (JOB_CENTRE, MIGRATION_CENTRE)
