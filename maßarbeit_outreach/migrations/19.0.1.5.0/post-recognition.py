"""Who learnt the occupation in Germany needs no recognition because of that; demands get the proofs of their occupation."""

from odoo import SUPERUSER_ID, api


def migrate(cr, version):
    cr.execute(
        "UPDATE outreach_candidate_occupation SET recognition = 'german'"
        " WHERE recognition = 'not_needed' AND qualification IN ('vocational_de', 'degree_de')"
    )
    env = api.Environment(cr, SUPERUSER_ID, {'active_test': False})
    demands = env['outreach.demand'].search([('occupation_id', '!=', False), ('proof_ids', '=', False)])
    for occupation, of_occupation in demands.grouped('occupation_id').items():
        if proofs := occupation._get_proofs():
            of_occupation.with_context(tracking_disable=True).proof_ids = proofs
