from tests.gui.pages.result_session import session, window

__all__ = ["session", "window"]
