"""Favourites on leads follow two changes.

A lead shows the last contact with its company, as the worklist has it, instead of its own last visit. And the outreach
pipeline is an action of its own, so favourites that ask for something of the outreach are shown in both pipelines.
"""


def migrate(cr, version):
    cr.execute("""
        UPDATE ir_filters
           SET domain = replace(domain, 'outreach_last_visit', 'outreach_last_contact'),
               context = replace(context, 'outreach_last_visit', 'outreach_last_contact'),
               sort = replace(sort, 'outreach_last_visit', 'outreach_last_contact'),
               action_id = NULL
         WHERE model_id = 'crm.lead'
           AND domain || context || sort LIKE '%outreach%'
    """)
