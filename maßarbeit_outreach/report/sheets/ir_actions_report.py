from odoo import models

# Report → what prepares its values. Core derives that name from the report's, where ß is not allowed.
SHEETS = {
    'maßarbeit_outreach.outreach_preparation_sheet': 'report.outreach.preparation.sheet',
    'maßarbeit_outreach.outreach_day_sheet': 'report.outreach.day.sheet',
    'maßarbeit_outreach.outreach_role_grant_sheet': 'report.outreach.role.grant.sheet',
}


class IrActionsReport(models.Model):
    _inherit = 'ir.actions.report'

    def _get_rendering_context_model(self, report):
        if report.report_name in SHEETS:
            return self.env[SHEETS[report.report_name]]
        return super()._get_rendering_context_model(report)

    # OVERRIDE so that a sheet brings its style sheet along: core's layout fetches one from `web.base.url`, which is
    # wrong on any other port, and may be out of reach for the server itself. Remove when core writes it into the page.
    def _get_layout(self):
        if self[:1].report_name in SHEETS:
            return self.env.ref('maßarbeit_outreach.outreach_sheet_layout')
        return super()._get_layout()
