"""What was uploaded, as bytes to read."""

import base64
import binascii
import io

from ..tools.files import company_file


def open_attachment(attachment):
    """A binary stream of an attachment, which may be empty; the caller closes it."""
    if attachment.store_fname:
        return open(attachment._full_path(attachment.store_fname), 'rb')
    return io.BytesIO(attachment.raw or b'')


def decode_upload(value):
    """The bytes of a binary field as it is written. They are no more than a file may have, and one: what is cut off is too large.

    :param value: base64, or nothing
    """
    try:
        return base64.b64decode((value or b'')[: 4 * (company_file.MAX_BYTES // 3 + 1)])
    except (binascii.Error, ValueError):
        return b''
