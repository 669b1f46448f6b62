"""Threads: one conversation each."""

import enum
import uuid
from datetime import datetime

from sqlalchemy import DateTime, Enum, String, Uuid, false, func
from sqlalchemy.orm import Mapped, mapped_column

from chat_api.db.db import Base


class Platform(enum.Enum):
    sherab = "sherab"
    webuddhist = "webuddhist"
    webuddhist_app = "webuddhist-app"


class Thread(Base):
    __tablename__ = "threads"

    id: Mapped[uuid.UUID] = mapped_column(Uuid, primary_key=True, default=uuid.uuid4)
    email: Mapped[str] = mapped_column(String(255), index=True)
    created_at: Mapped[datetime] = mapped_column(DateTime, server_default=func.now(), index=True)
    updated_at: Mapped[datetime] = mapped_column(
        DateTime, server_default=func.now(), onupdate=func.now()
    )
    # Threads are never deleted.
    is_deleted: Mapped[bool] = mapped_column(server_default=false())
    platform: Mapped[Platform] = mapped_column(
        Enum(Platform, name="platform", values_callable=lambda names: [n.value for n in names])
    )
