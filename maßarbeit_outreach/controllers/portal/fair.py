from odoo import fields, http
from odoo.fields import Domain
from odoo.http import request

from .home import OutreachPortal


class OutreachPortalFair(OutreachPortal):
    def _get_outreach_stand_filters(self):
        coming = Domain('event_id.date_end', '>=', fields.Datetime.now())
        return {
            'all': {'label': request.env._("All"), 'domain': Domain.TRUE},
            'coming': {'label': request.env._("Coming"), 'domain': coming},
            'past': {'label': request.env._("Past"), 'domain': ~coming},
        }

    def _get_outreach_sources(self):
        return super()._get_outreach_sources() | {
            'stands': {
                'model': 'event.booth',
                'filters': self._get_outreach_stand_filters(),
                'sortings': {
                    'newest': {'label': request.env._("Newest first"), 'order': 'event_id desc, id desc'},
                    'oldest': {'label': request.env._("Oldest first"), 'order': 'event_id, id'},
                },
            }
        }

    @http.route(['/my/outreach/stands', '/my/outreach/stands/page/<int:page>'], type='http', auth='user', website=True, readonly=True)
    def my_stands(self, page=1, sortby=None, filterby=None, **kwargs):
        return self._render_outreach_list('stands', request.env._("Stands at job fairs"), page, sortby, filterby)
