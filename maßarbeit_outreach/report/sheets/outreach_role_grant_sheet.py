from odoo import models


class OutreachRoleGrantSheet(models.AbstractModel):
    """All roles that were chosen on one sheet, as evidence for a file: nothing of a line is cut."""

    _name = 'report.outreach.role.grant.sheet'
    _inherit = ['report.outreach.sheet']
    _description = "Sheet of roles"
    _sheet_model = 'outreach.role.grant'
    _sheet_group = None

    def _prepare_sheets(self, docs):
        return [
            [
                {
                    'held': held,
                    'rows': [
                        {
                            'user': grant.user_id.name or '–',
                            'login': grant.login,
                            'agencies': grant.agencies,
                            'since': self._format_moment(grant.date_from),
                            'granted_by': grant.granted_by_id.name,
                            'until': self._format_moment(grant.date_until),
                            'withdrawn_by': grant.withdrawn_by_id.name,
                        }
                        for grant in grants
                    ],
                }
                for held, grants in docs.grouped('held').items()
            ]
        ]

    def _format_moment(self, moment):
        return self._format_day(moment, None) if moment else ''
