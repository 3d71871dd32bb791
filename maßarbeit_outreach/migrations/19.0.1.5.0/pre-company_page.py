"""Views that added to the form of a contact what stands on the page of a company now. They go before that form is loaded,
in which there is nothing left to which they could be added."""

GONE = ('res_partner_view_form_demand', 'res_partner_view_form_follow_up')


def migrate(cr, version):
    cr.execute(
        """
        DELETE FROM ir_ui_view
         USING ir_model_data d
         WHERE d.module = 'maßarbeit_outreach' AND d.model = 'ir.ui.view' AND d.name IN %s AND ir_ui_view.id = d.res_id
    """,
        [GONE],
    )
    cr.execute("DELETE FROM ir_model_data WHERE module = 'maßarbeit_outreach' AND model = 'ir.ui.view' AND name IN %s", [GONE])
