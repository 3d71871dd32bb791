from odoo import fields, http
from odoo.fields import Domain
from odoo.http import request

from .home import OutreachPortal


class OutreachPortalVisit(OutreachPortal):
    def _get_outreach_visit_filters(self):
        now = fields.Datetime.now()
        coming = request.env['outreach.visit']._get_open_domain() & Domain('stop', '>=', now)
        cancelled = Domain('stage', '=', 'cancelled')
        return {
            'all': {'label': request.env._("All"), 'domain': Domain.TRUE},
            'coming': {'label': request.env._("Coming"), 'domain': coming},
            'past': {'label': request.env._("Past"), 'domain': ~coming & ~cancelled},
            'cancelled': {'label': request.env._("Cancelled"), 'domain': cancelled},
        }

    def _get_outreach_sources(self):
        return super()._get_outreach_sources() | {
            'visits': {
                'model': 'outreach.visit',
                'filters': self._get_outreach_visit_filters(),
                'sortings': {
                    'newest': {'label': request.env._("Newest first"), 'order': 'start desc, id desc'},
                    'oldest': {'label': request.env._("Oldest first"), 'order': 'start, id'},
                },
            }
        }

    @http.route(['/my/outreach/visits', '/my/outreach/visits/page/<int:page>'], type='http', auth='user', website=True, readonly=True)
    def my_visits(self, page=1, sortby=None, filterby=None, **kwargs):
        return self._render_outreach_list('visits', request.env._("Visits"), page, sortby, filterby)

    @http.route('/my/outreach/visits/<int:visit_id>', type='http', auth='user', website=True, readonly=True)
    def my_visit(self, visit_id, **kwargs):
        visit_sudo = self._find_outreach('outreach.visit', visit_id).sudo()
        return request.render(
            'maßarbeit_outreach.portal_my_visit', self._prepare_outreach_values('outreach_visit', visit_sudo.kind_id.name, visit=visit_sudo)
        )
