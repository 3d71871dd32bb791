"""Groups by name."""

OUTREACH = 'maßarbeit_outreach.group_outreach_user'  # who reads what the offices know of a company
OFFICER = 'maßarbeit_outreach.group_outreach_officer'
MANAGER = 'maßarbeit_outreach.group_outreach_manager'
ECONOMIC_DEVELOPMENT = 'maßarbeit_outreach.group_economic_development'
JOB_CENTRE = 'maßarbeit_outreach.group_job_centre'
MIGRATION_CENTRE = 'maßarbeit_outreach.group_migration_centre'
# Nobody else reads what is known of a person who looks for work, on any path.
CANDIDATE_GROUPS = (JOB_CENTRE, MIGRATION_CENTRE)
OFFICES = f'{ECONOMIC_DEVELOPMENT},{JOB_CENTRE}'  # who visits companies, for `has_groups`
IMMIGRATION_OFFICE = 'maßarbeit_outreach.group_immigration_office'
PARTNER_AGENCY = 'maßarbeit_outreach.group_partner_agency'
FAIR_HELPER = 'maßarbeit_outreach.group_fair_helper'
DATA_PROTECTION = 'maßarbeit_outreach.group_data_protection'
EMPLOYER = 'maßarbeit_outreach.group_portal_employer'
MAIL_GATEWAY = 'maßarbeit_outreach.group_mail_gateway'
ADMINISTRATOR = 'base.group_system'
