from odoo import models
from odoo.exceptions import UserError


class OutreachKeptMixin(models.AbstractModel):
    """What records about persons refer to, and the database would not delete: archived by people, and deleted by none.

    Whether something can be deleted tells whether anybody has it, to whoever may delete it and not see persons. So nobody may, used or
    not, on no day; also not the job centre, since a catalogue is of all organisations and people may have several roles.
    """

    _name = 'outreach.kept.mixin'
    _description = "Archived, Not Deleted"

    def unlink(self):
        # not by `ondelete`: of several such methods the first by its name would answer, and tell of a use
        self._check_kept()
        return super().unlink()

    def _check_kept(self):
        self.check_access('unlink')
        if self and not self.env.su:
            raise UserError(
                self.env._(
                    "“%(name)s” cannot be deleted, whether it is in use or not: whether it can be would tell who has it. Archive it"
                    " instead: nobody is offered it any more, and what refers to it stays as it is.",
                    name=self[:1].display_name,
                )
            )
