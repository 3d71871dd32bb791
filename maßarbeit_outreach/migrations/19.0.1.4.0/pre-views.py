"""Views that were folded into the view of the same room that they inherited. They go before that one is loaded, which has in
it what they add."""

FOLDED = (
    'crm_lead_view_search_industry',
    'event_event_fair_view_form_invite',
    'event_event_fair_view_form_pool',
    'outreach_demand_view_form_source',
    'outreach_demand_view_form_work',
    'outreach_demand_view_kanban_work',
    'outreach_demand_view_list_work',
    'outreach_demand_view_search_work',
    'outreach_due_view_search_industry',
    'outreach_occupation_view_search_by_words',
    'outreach_skill_view_search_by_words',
    'outreach_visit_view_form_follow_up',
    'outreach_visit_view_form_planning',
    'outreach_visit_view_form_sheet',
    'outreach_visit_view_kanban_planning',
    'outreach_visit_view_list_planning',
    'outreach_visit_view_search_planning',
    'portal_demand_form_sources',
    'portal_my_demand_sources',
    'res_partner_view_form_industry',
    'res_partner_view_form_planning',
    'res_partner_view_list_industry',
    'res_partner_view_search_industry',
)


def migrate(cr, version):
    cr.execute(
        """
        DELETE FROM ir_ui_view
         USING ir_model_data d
         WHERE d.module = 'maßarbeit_outreach' AND d.model = 'ir.ui.view' AND d.name IN %s AND ir_ui_view.id = d.res_id
    """,
        [FOLDED],
    )
    cr.execute("DELETE FROM ir_model_data WHERE module = 'maßarbeit_outreach' AND model = 'ir.ui.view' AND name IN %s", [FOLDED])
