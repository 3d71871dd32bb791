import re

from odoo import http
from odoo.http import request


class Health(http.Controller):
    @http.route('/outreach/health', type='http', auth='public', methods=['GET'], save_session=False, readonly=True, sitemap=False)
    def health(self, **__):
        """How scheduled work stands, for monitoring: 200 where nothing is wrong, 503 where somebody has to see to something.

        Asked with ``Authorization: Bearer TOKEN``, so that the token stands in no log of addresses. Without the token of the
        settings the address answers as one that does not exist.
        """
        # names of schemes are written as one likes (RFC 9110, 11.1), tokens are not
        token = re.fullmatch(r'(?i:Bearer) +(\S+)', request.httprequest.headers.get('Authorization', ''))
        health = request.env['outreach.health']
        if not token or not health._is_token(token[1]):
            raise request.not_found()
        report = health._get_report()
        response = request.make_json_response(report, status=503 if report['status'] == 'alarm' else 200)
        response.headers['Cache-Control'] = 'no-store'
        response.headers['X-Robots-Tag'] = 'noindex'
        return response
