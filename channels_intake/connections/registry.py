"""The connectors, by the kind of connection. A new channel is a folder and a line here."""

from __future__ import annotations

from channels_intake.connections.contract import Connector
from channels_intake.connectors.calls.connector import CallsConnector
from channels_intake.connectors.facebook.connector import FacebookConnector
from channels_intake.connectors.form.connector import FormConnector
from channels_intake.connectors.hotline.connector import HotlineConnector
from channels_intake.connectors.instagram.connector import InstagramConnector
from channels_intake.connectors.messenger.connector import MessengerConnector
from channels_intake.connectors.omnichannel.connector import OmnichannelConnector
from channels_intake.connectors.reviews.connector import ReviewsConnector
from channels_intake.connectors.telegram.connector import TelegramConnector
from channels_intake.connectors.whatsapp.connector import WhatsAppConnector
from channels_intake.connectors.x.connector import XConnector
from channels_intake.models.connections import ConnectionKind

CONNECTORS: dict[str, Connector] = {
    ConnectionKind.CALLS: CallsConnector(),
    ConnectionKind.FACEBOOK: FacebookConnector(),
    ConnectionKind.HOTLINE: HotlineConnector(),
    ConnectionKind.INSTAGRAM: InstagramConnector(),
    ConnectionKind.FORM: FormConnector(),
    ConnectionKind.MESSENGER: MessengerConnector(),
    ConnectionKind.REVIEWS: ReviewsConnector(),
    ConnectionKind.ROCKETCHAT: OmnichannelConnector(),
    ConnectionKind.TELEGRAM: TelegramConnector(),
    ConnectionKind.WHATSAPP: WhatsAppConnector(),
    ConnectionKind.X: XConnector(),
}


def get_connector(kind: ConnectionKind | str) -> Connector:
    """Return the connector of a kind. Raises KeyError."""
    return CONNECTORS[ConnectionKind(kind)]
