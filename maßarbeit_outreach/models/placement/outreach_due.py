from odoo import models
from odoo.tools import SQL

from ..base.groups import JOB_CENTRE


class OutreachDue(models.Model):
    _inherit = 'outreach.due'
    _depends = {'outreach.placement': ['partner_id', 'probation_end', 'date_end', 'company_id']}

    def _query_placement(self):
        if not self.env.user.has_group(JOB_CENTRE):
            return super()._query_placement()
        return SQL(
            """
            SELECT l.partner_id, count(*) AS probation_count, max(l.probation_end) - %(probation_days)s AS near_since
              FROM outreach_placement l
             WHERE l.partner_id IN (SELECT id FROM company) AND l.company_id = ANY (%(companies)s)
               AND l.probation_end BETWEEN %(today)s AND %(today)s + %(probation_days)s
               AND (l.date_end IS NULL OR l.date_end > %(today)s)
             GROUP BY l.partner_id
            """,
            **self._get_query_values(),
        )
