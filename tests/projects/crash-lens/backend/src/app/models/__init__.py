from app.models.sqlalchemy_models import Base, Crash, CrashRCA, Repository

__all__ = ["Base", "Crash", "CrashRCA", "Repository"]
