"""Secrets: sealed credentials, named by their SRN."""

from __future__ import annotations

from typing import Any

from threadline.client.sync.connection import Noun
from threadline.model.paging import Page
from threadline.model.resources.forms import SecretTemplate
from threadline.model.resources.secrets import Secret


class Secrets(Noun):
    def list(self, *, limit: int = 100, after: str | None = None) -> Page[Secret]:
        """By SRN. Never a value."""
        found: Page[Secret] = self._get("secrets", limit=limit, after=after)
        return found

    def create(
        self,
        name: str,
        value: Any,
        *,
        type: str = "secretdoc",
        template: str = "",
        once: str | None = None,
    ) -> Secret:
        """
        A new one, whose value never comes back. With a template it has to fit that, which
        says the type. `once` is an Idempotency-Key.
        """
        form = {"Template": template} if template else {"Type": type}
        body = {"Alias": name, **form, "Value": value}
        found: Secret = self._post("secrets", body=body, once=once)
        return found

    def templates(self, *, limit: int = 100, after: str | None = None) -> Page[SecretTemplate]:
        """What the values of secrets may be made of, by name."""
        found: Page[SecretTemplate] = self._get("secret-templates", limit=limit, after=after)
        return found

    def describe(self, srn: str) -> Secret:
        """What it is called, and how often it was replaced."""
        found: Secret = self._get("secrets", srn)
        return found

    def replace(self, srn: str, value: Any, *, etag: str | None = None) -> Secret:
        """Another value under the same name; with an ETag only if nobody changed it since."""
        found: Secret = self._put("secrets", srn, body={"Value": value}, etag=etag)
        return found

    def delete(self, srn: str, *, etag: str | None = None) -> Secret:
        """Raises `Invalid` while an endpoint or a bot uses it."""
        found: Secret = self._delete("secrets", srn, etag=etag)
        return found
