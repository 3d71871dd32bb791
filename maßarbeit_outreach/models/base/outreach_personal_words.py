from odoo import api, fields

from ...tools.base import personal_words


def warn_of_personal_words(name):
    """An onchange that points out what in this field looks as if it told who somebody is, and keeps nobody from typing it.

    Use in the class body: ``_onchange_note_words = warn_of_personal_words('note')``.
    """

    @api.onchange(name)
    def _onchange_personal_words(self):
        found = personal_words.find(self[name] or '', fields.Date.context_today(self))
        if not found:
            return None
        words = {
            'name': self.env._("a name"),
            'phone': self.env._("a phone number"),
            'email': self.env._("an e-mail address"),
            'birth_date': self.env._("a date of birth"),
            'health': self.env._("somebody's health"),
        }
        return {
            'warning': {
                'type': 'notification',
                'title': self.env._("This may tell who somebody is"),
                'message': self.env._(
                    "In “%(field)s” this looks like %(words)s. What is known of people who look for work stands in the case system; please"
                    " leave out here what is not needed.",
                    field=self._fields[name]._description_string(self.env),
                    words=', '.join(words[kind] for kind in found),
                ),
            }
        }

    return _onchange_personal_words
