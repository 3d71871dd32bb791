"""Groups by name."""

OUTREACH = 'maßarbeit_outreach.group_outreach_user'  # who reads what the offices know of a company
OFFICER = 'maßarbeit_outreach.group_outreach_officer'
MANAGER = 'maßarbeit_outreach.group_outreach_manager'
ECONOMIC_DEVELOPMENT = 'maßarbeit_outreach.group_economic_development'
JOB_CENTRE = 'maßarbeit_outreach.group_job_centre'
MIGRATION_CENTRE = 'maßarbeit_outreach.group_migration_centre'
# Nobody else reads what is known of a person who looks for work, on any path.
CANDIDATE_GROUPS = (JOB_CENTRE, MIGRATION_CENTRE)
OFFICES = f'{ECONOMIC_DEVELOPMENT},{JOB_CENTRE}'  # the two offices, for `has_groups`
MUNICIPAL = 'maßarbeit_outreach.group_municipal_development'  # works on the companies of its own municipality
VISITORS = f'{OFFICES},{MUNICIPAL}'  # who visits companies
IMMIGRATION_OFFICE = 'maßarbeit_outreach.group_immigration_office'
PARTNER_AGENCY = 'maßarbeit_outreach.group_partner_agency'
FAIR_HELPER = 'maßarbeit_outreach.group_fair_helper'
DATA_PROTECTION = 'maßarbeit_outreach.group_data_protection'
EMPLOYER = 'maßarbeit_outreach.group_portal_employer'
PERSON_EXPORT = 'maßarbeit_outreach.group_person_export'
MAIL_GATEWAY = 'maßarbeit_outreach.group_mail_gateway'
ADMINISTRATOR = 'base.group_system'
