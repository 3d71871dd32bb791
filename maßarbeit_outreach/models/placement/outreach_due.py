from odoo import models
from odoo.tools import SQL

from ..base.groups import JOB_CENTRE


class OutreachDue(models.Model):
    _inherit = 'outreach.due'
    _depends = {'outreach.placement': ['partner_id', 'probation_end', 'date_end', 'company_id']}

    def _query_placement(self):
        if not self.env.user.has_group(JOB_CENTRE):
            return SQL("SELECT 0 AS probation_count")
        return SQL(
            """
            SELECT count(*) AS probation_count
              FROM outreach_placement l
             WHERE l.partner_id = p.id AND l.company_id = ANY (%(companies)s)
               AND l.probation_end BETWEEN %(today)s AND %(today)s + %(probation_days)s
               AND (l.date_end IS NULL OR l.date_end > %(today)s)
            """,
            **self._get_query_values(),
        )
