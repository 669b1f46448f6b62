"""The tables of a small bookshop: what the scripts in `versions/` build, step by step."""

from __future__ import annotations

import datetime
import decimal
import enum

import sqlalchemy as sa
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

# Every constraint has a name, so that a script can drop it on any database.
NAMING_CONVENTION = {
    "pk": "pk_%(table_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
}


class Base(DeclarativeBase):
    metadata = sa.MetaData(naming_convention=NAMING_CONVENTION)


class BookFormat(enum.Enum):
    hardcover = "hardcover"
    paperback = "paperback"
    ebook = "ebook"


class OrderStatus(enum.Enum):
    placed = "placed"
    paid = "paid"
    sent = "sent"
    cancelled = "cancelled"


class Publisher(Base):
    __tablename__ = "publisher"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(sa.String(120), unique=True)


class Author(Base):
    __tablename__ = "author"
    __table_args__ = (sa.Index(None, "family_name", "given_name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    family_name: Mapped[str] = mapped_column(sa.String(80))
    given_name: Mapped[str] = mapped_column(sa.String(80))


class Book(Base):
    __tablename__ = "book"
    __table_args__ = (sa.CheckConstraint("price >= 0", name="price_not_negative"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    publisher_id: Mapped[int] = mapped_column(sa.ForeignKey("publisher.id"), index=True)
    isbn: Mapped[str] = mapped_column(sa.String(13), unique=True)
    title: Mapped[str] = mapped_column(sa.String(200))
    format: Mapped[BookFormat] = mapped_column(sa.Enum(BookFormat, name="book_format"))
    price: Mapped[decimal.Decimal] = mapped_column(sa.Numeric(8, 2))
    published: Mapped[datetime.date | None] = mapped_column(sa.Date)
    sort_title: Mapped[str] = mapped_column(sa.String(200), server_default="", index=True)


class BookAuthor(Base):
    __tablename__ = "book_author"

    book_id: Mapped[int] = mapped_column(
        sa.ForeignKey("book.id", ondelete="CASCADE"), primary_key=True
    )
    author_id: Mapped[int] = mapped_column(sa.ForeignKey("author.id"), primary_key=True, index=True)
    position: Mapped[int] = mapped_column(sa.SmallInteger)


class Country(Base):
    __tablename__ = "country"

    code: Mapped[str] = mapped_column(sa.String(2), primary_key=True)
    name: Mapped[str] = mapped_column(sa.String(80))


class Customer(Base):
    __tablename__ = "customer"

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(sa.String(190), unique=True)
    name: Mapped[str] = mapped_column(sa.String(120))
    registered: Mapped[datetime.datetime] = mapped_column(sa.DateTime, server_default=sa.func.now())
    country_code: Mapped[str | None] = mapped_column(sa.ForeignKey("country.code"), index=True)


class CustomerOrder(Base):
    __tablename__ = "customer_order"

    id: Mapped[int] = mapped_column(primary_key=True)
    customer_id: Mapped[int] = mapped_column(sa.ForeignKey("customer.id"), index=True)
    status: Mapped[OrderStatus] = mapped_column(sa.Enum(OrderStatus, name="order_status"))
    placed: Mapped[datetime.datetime] = mapped_column(sa.DateTime, server_default=sa.func.now())


class OrderLine(Base):
    __tablename__ = "order_line"
    __table_args__ = (sa.CheckConstraint("quantity > 0", name="quantity_positive"),)

    order_id: Mapped[int] = mapped_column(
        sa.ForeignKey("customer_order.id", ondelete="CASCADE"), primary_key=True
    )
    book_id: Mapped[int] = mapped_column(sa.ForeignKey("book.id"), primary_key=True, index=True)
    quantity: Mapped[int]
    unit_price: Mapped[decimal.Decimal] = mapped_column(sa.Numeric(8, 2))


class Warehouse(Base):
    __tablename__ = "warehouse"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(sa.String(80), unique=True)


class StockLevel(Base):
    __tablename__ = "stock_level"

    warehouse_id: Mapped[int] = mapped_column(sa.ForeignKey("warehouse.id"), primary_key=True)
    book_id: Mapped[int] = mapped_column(sa.ForeignKey("book.id"), primary_key=True, index=True)
    quantity: Mapped[int] = mapped_column(server_default="0")
    reorder_below: Mapped[int | None]


class Review(Base):
    __tablename__ = "review"
    __table_args__ = (
        sa.UniqueConstraint("book_id", "customer_id"),
        sa.CheckConstraint("rating BETWEEN 1 AND 5", name="rating_one_to_five"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    book_id: Mapped[int] = mapped_column(sa.ForeignKey("book.id", ondelete="CASCADE"))
    customer_id: Mapped[int] = mapped_column(sa.ForeignKey("customer.id"), index=True)
    rating: Mapped[int] = mapped_column(sa.SmallInteger)
    body: Mapped[str | None] = mapped_column(sa.Text)
