"""People who may use the portal for an organization."""

from __future__ import annotations

from threadline.client.sync.connection import Noun
from threadline.model.paging import Page
from threadline.model.resources.users import SignInLink, User, UserInvited


class Users(Noun):
    def list(self, *, limit: int = 100, after: str | None = None) -> Page[User]:
        """By address: who is in, and who was asked in and has not come yet."""
        found: Page[User] = self._get("users", limit=limit, after=after)
        return found

    def invite(
        self, email: str, *, role: str = "viewer", once: str | None = None
    ) -> UserInvited:
        """With the link that lets them in, told this one time. `once` is an Idempotency-Key."""
        body = {"email": email, "role": role}
        found: UserInvited = self._post("users", body=body, once=once)
        return found

    def change_role(self, id: str, *, role: str) -> User:
        """Another role, by their id or their address. Raises `Invalid`, `NotFound`."""
        found: User = self._patch("users", id, body={"role": role})
        return found

    def remove(self, id: str) -> User:
        """They see nothing of the organization any more. Raises `Invalid`, `NotFound`."""
        found: User = self._delete("users", id)
        return found

    def link(self, email: str, *, once: str | None = None) -> SignInLink:
        """
        With which somebody who cannot sign in chooses a new password; for the server's owner
        only. `once` is an Idempotency-Key. Raises `NotFound`.
        """
        found: SignInLink = self._post("users", email, "link", once=once)
        return found
