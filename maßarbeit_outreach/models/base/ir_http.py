"""Faults of the server reach people as one sentence in their language, which says what to do; the log keeps the rest."""

from markupsafe import Markup

from odoo import models
from odoo.exceptions import UserError
from odoo.http import HttpDispatcher, JsonRPCDispatcher, RegistryError, Request, Response, request
from odoo.modules.registry import Registry
from odoo.tools import LazyTranslate

from ...tools.base import faults
from .outreach_privacy_check import CHECKS

_lt = LazyTranslate(__name__)

# Links of the web client for which core has no setting, by the code of the check that hides them.
LINKS = {'help_links': 'help', 'account_link': 'account', 'text_messages': 'sms'}

SENTENCES = {
    faults.SPACE: _lt(
        "The server has no space left, so this was not saved. Leave this page open if you have typed something, and tell your"
        " administrator."
    ),
    faults.CONFLICT: _lt("Others are changing the same data right now, so this was not saved. Wait a moment, then try again."),
    faults.DATABASE: _lt(
        "The database does not answer right now, so this was not saved. Wait a minute, then try again; if it stays like this, tell your"
        " administrator."
    ),
    faults.BUSY: _lt("Too many people are at work right now, so this was not saved. Wait a minute, then try again."),
    faults.SLOW: _lt("This takes longer than the server allows. Choose less at a time, or tell your administrator."),
}
STATUS = 503  # unlike 500, nothing that is broken for good
RETRY_SECONDS = 30
PAGE = Markup("""<!DOCTYPE html>
<html lang="{lang}"><head><meta charset="utf-8"/><meta name="viewport" content="width=device-width, initial-scale=1"/>
<meta name="robots" content="noindex"/><title>{title}</title></head>
<body style="font-family: sans-serif; max-width: 40em; margin: 15vh auto; padding: 0 1em">
<h1 style="font-size: 1.25em">{title}</h1><p role="alert">{sentence}</p><p>{back}</p></body></html>""")
TITLE = _lt("That did not work")


BACK = _lt("The Back button of the browser leads to what you have entered.")


def get_lang():
    """What is known of the language without the database, which may be what does not answer: that of the page, or of the user."""
    cookie = request.httprequest.cookies.get('frontend_lang') if getattr(request, 'is_frontend', False) else None
    return cookie or request.session.context.get('lang') or request.default_lang()


def make_response(kind, dispatcher):
    """The answer to a request that met a fault, as a page or as data."""
    lang = get_lang()
    sentence = SENTENCES[kind]._translate(lang)
    if not isinstance(dispatcher, HttpDispatcher):
        error = UserError(sentence)  # not a class of its own: the web client knows them by name
        error.http_status = STATUS
        return dispatcher.handle_error(error)
    back = BACK._translate(lang) if request.httprequest.method == 'POST' else ''
    page = PAGE.format(lang=lang.partition('_')[0], title=TITLE._translate(lang), sentence=sentence, back=back)
    headers = {'Retry-After': str(RETRY_SECONDS), 'Cache-Control': 'no-store'}
    return Response(page, status=STATUS, content_type='text/html; charset=utf-8', headers=headers)


class IrHttp(models.AbstractModel):
    _inherit = 'ir.http'

    def session_info(self):
        return {
            **super().session_info(),
            'outreach_conflict_models': self._get_conflict_models(),
            # out of the house, which the privacy check leaves out
            'outreach_hidden_links': [LINKS[check.code] for check in CHECKS if check.code in LINKS and check.is_strict(self.env(su=True))],
        }

    def _get_conflict_models(self):
        """Models whose forms tell what they know."""
        mixin = self.env.registry['outreach.conflict.mixin']
        return sorted(name for name, model in self.env.registry.items() if issubclass(model, mixin) and not model._abstract)

    # OVERRIDE since core shows the words of the database, with a traceback, or an empty error page. Remove when it has sentences.
    @classmethod
    def _handle_error(cls, exception):
        kind = None if isinstance(exception, UserError) else faults.kind_of(exception)
        return make_response(kind, request.dispatcher) if kind else super()._handle_error(exception)


# OVERRIDE since core logs everybody out whose request comes while the database is down, and answers that there is no such page: of
# databases that have this addon and were at work. No model can do it, as there is none yet. Remove when core waits.
def _serve_db(self):
    try:
        return _core_serve_db(self)
    except RegistryError as error:
        registry = Registry.registries.get(self.db)
        if faults.kind_of(error) != faults.DATABASE or registry is None or 'outreach.health' not in registry:
            raise
        dispatcher = JsonRPCDispatcher if JsonRPCDispatcher.is_compatible_with(self) else HttpDispatcher
        fault = UserError(str(error))
        fault.error_response = make_response(faults.DATABASE, dispatcher(self))
        raise fault from error


_core_serve_db = Request._serve_db
Request._serve_db = _serve_db
