"""Figures are read from a table that is made anew: what was published by the former rule must not stand beside it."""


def migrate(cr, version):
    cr.execute("DELETE FROM outreach_figure")
    cr.execute("ALTER TABLE outreach_demand_supply DROP COLUMN IF EXISTS what_if")
    cr.execute("ALTER TABLE outreach_figure DROP COLUMN IF EXISTS basis")
    cr.execute("UPDATE outreach_figure_policy SET floor = 10 WHERE floor < 10")
    cr.execute("ALTER TABLE outreach_figure_policy DROP COLUMN IF EXISTS rounding")
    # this part of the form had a button whose method is gone, and core checks the form with it before it reads the new one
    cr.execute("""
        UPDATE ir_ui_view SET arch_db = '{"en_US": "<data/>"}'
         WHERE id = (SELECT res_id FROM ir_model_data
                      WHERE module = 'maßarbeit_outreach' AND model = 'ir.ui.view' AND name = 'outreach_demand_view_form_match')
    """)
