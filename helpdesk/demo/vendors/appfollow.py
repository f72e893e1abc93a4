"""A fake of AppFollow's API v2, with the two stores behind it.

Written after https://docs.api.appfollow.io/reference/authorization,
https://docs.api.appfollow.io/reference/reviews_api_v2_reviews_get-1,
https://docs.api.appfollow.io/reference/moving-from-v1-to-v2 (the body of a reply),
https://support.appfollow.io/hc/en-us/articles/360020832317-API-Parameters (fields of a review) and
https://support.appfollow.io/hc/en-us/articles/4409214691985-Reply-Statuses. The bodies of errors
aren't documented: validation answers as FastAPI does, which AppFollow's API is built with.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

from helpdesk.demo.vendors.contract import Call, FakeVendor, Play, PlayField, Reply

PAGE = 100
PER_HOUR = 1_000
COSTS = {"/api/v2/account/apps": 1, "/api/v2/reviews": 10, "/api/v2/reviews/reply": 10}
MAX_ANSWER = {"gp": 350, "as": 5_970}
RATINGS = tuple((str(number), "★" * number) for number in range(1, 6))
REVIEW_FIELDS = (
    PlayField("author", "Author", initial="Ines"),
    PlayField("rating", "Rating", "choice", "2", RATINGS),
    PlayField("title", "Title", initial="Notifications stopped"),
    PlayField("content", "Review", "text", "Since the update I get no push notifications anymore."),
    PlayField("version", "App version", initial="4.52.0"),
    PlayField("device", "Device", initial="Pixel 8"),
    PlayField("country", "Country", initial="PT"),
    PlayField("language", "Language", initial="en"),
)


class AppFollow(FakeVendor):
    """Apps by their store IDs, their reviews newest first, and tokens with credits."""

    name = "appfollow"
    title = "App stores, through AppFollow"
    kinds = ("reviews",)
    plays = (
        Play("review", "Leave a review", REVIEW_FIELDS),
        Play(
            "edit",
            "Change the last review",
            (
                PlayField("rating", "Rating", "choice", "5", RATINGS),
                PlayField("content", "Review", "text", "It works again. Thank you!"),
            ),
        ),
        Play("publish", "Publish the waiting reply", help="The stores check replies first."),
    )

    def __init__(self) -> None:
        super().__init__()
        self.stores: dict[str, str] = {}  # by app
        self.tokens: dict[str, str] = {}  # the app of each
        self.reviews: dict[str, list[dict[str, Any]]] = {}  # by app, oldest first
        self.waiting: dict[tuple[str, str], str] = {}  # answers before their publication
        self.credits = 100_000
        self.requests = 0

    def answer(self, call: Call) -> Reply:
        cost = COSTS.get(call.path)
        app = self.tokens.get(call.get_header("X-AppFollow-API-Token"))
        if cost is None:
            return Reply(404, {"detail": "Not Found"})
        if app is None:
            return Reply(401, {"detail": "Invalid API token"})
        if self.requests >= PER_HOUR:
            return Reply(429, {"detail": "Too Many Requests"})
        if self.credits < cost:
            return Reply(402, {"detail": "Not enough credits"})
        self.requests, self.credits = self.requests + 1, self.credits - cost
        if call.path.endswith("/reply"):
            return self._take_reply(call, app)
        if call.method != "GET":
            return Reply(405, {"detail": "Method Not Allowed"})
        if call.path.endswith("/apps"):
            return Reply(200, {"apps": [{"id": 1, "title": "Support", "count_apps": 1}]})
        return self._list_reviews(call, app)

    def _list_reviews(self, call: Call, app: str) -> Reply:
        query = call.query
        missing = [name for name in ("ext_id", "from", "to") if not query.get(name)]
        if missing:
            return _refuse("query", missing[0], "field required")
        try:
            since, until = (date.fromisoformat(query[name]) for name in ("from", "to"))
            after = datetime.fromisoformat(query.get("last_modified") or "2000-01-01")
            page = int(query.get("page", "1"))
        except ValueError:
            return _refuse("query", "from", "invalid date format")
        if query["ext_id"] != app:
            return Reply(403, {"detail": "No access to this app"})
        found = [
            review
            for review in reversed(self.reviews[app])
            if since <= date.fromisoformat(review["date"]) <= until
            and datetime.fromisoformat(review["updated"]) > after
        ]
        total = max(1, -(-len(found) // PAGE))
        return Reply(200, {"reviews": self._make_page(app, found, page, total)})

    def _make_page(
        self, app: str, found: list[dict[str, Any]], page: int, total: int
    ) -> dict[str, Any]:
        return {
            "ext_id": app,
            "store": self.stores[app],
            "total": len(found),
            "list": found[(page - 1) * PAGE : page * PAGE],
            "page": {
                "current": page,
                "total": total,
                "prev": page - 1 if page > 1 else None,
                "next": page + 1 if page < total else None,
            },
        }

    def _take_reply(self, call: Call, app: str) -> Reply:
        if call.method != "POST":
            return Reply(405, {"detail": "Method Not Allowed"})
        body = call.json() or {}
        for name in ("ext_id", "review_id", "answer_text"):
            if not isinstance(body.get(name), str) or not body[name].strip():
                return _refuse("body", name, "field required")
        if body["ext_id"] != app:
            return Reply(403, {"detail": "No access to this app"})
        if self._find(app, body["review_id"]) is None:
            return Reply(404, {"detail": "Review not found"})
        if len(body["answer_text"]) > MAX_ANSWER[self.stores[app]]:
            return _refuse("body", "answer_text", "the reply is too long for the store")
        self.waiting[app, body["review_id"]] = body["answer_text"]
        return Reply(200, {"result": "ok"})

    def play(self, action: str, data: Mapping[str, Any]) -> Any:
        if action == "connect":
            return self._connect(data)
        with self.lock:
            app = str(data.get("app") or data.get("connection") or next(iter(self.reviews)))
            at = _read_moment(data)
            if action == "review":
                return self._add(app, data, at)
            if action == "fill":
                days = int(data.get("days", 300))
                for number in range(int(data["count"])):
                    back = timedelta(days=number % days, seconds=number % 86_400)
                    self._add(app, {**data, "content": f"Review {number}"}, at - back)
                return {"count": len(self.reviews[app])}
            if action == "publish":
                return self._publish(app, str(data.get("review_id") or ""), at)
            return self._change(action, app, data, at)

    def _connect(self, data: Mapping[str, Any]) -> dict[str, str]:
        app = str(data["external_id"])
        self.stores[app] = str(data.get("settings", {}).get("store") or "gp")
        self.tokens[str(data["secrets"]["token"])] = app
        self.reviews.setdefault(app, [])
        return {"app": app}

    def _add(self, app: str, data: Mapping[str, Any], at: datetime) -> dict[str, Any]:
        number = self.first_number + sum(map(len, self.reviews.values())) + 1
        review = {
            "id": number,
            "review_id": str(data.get("review_id") or f"{self.stores[app]}:{9_000_000 + number}"),
            "ext_id": app,
            "store": self.stores[app],
            "date": f"{at:%Y-%m-%d}",
            "time": f"{at:%H:%M:%S}",
            "rating": int(data.get("rating", 3)),
            "title": str(data.get("title", "")),
            "content": str(data.get("content", "")),
            "author": str(data.get("author", "")),
            "user_id": str(data.get("user_id") or f"user-{number}"),
            "country": str(data.get("country", "")),
            "lang_detect": str(data.get("language", "")),
            "app_version": str(data.get("version", "")),
            "device": str(data.get("device", "")),
            "tags": [{"tag_name": name, "created": _format(at)} for name in data.get("tags", [])],
            "created": _format(at),
            "updated": _format(at),
            "was_changed": 0,
            "has_answer": 0,
            "answer_text": None,
            "answer_date": None,
        }
        self.reviews[app].append(review)
        return {"review_id": review["review_id"]}

    def _change(
        self, action: str, app: str, data: Mapping[str, Any], at: datetime
    ) -> dict[str, Any]:
        """Change a review, delete it, or answer it in AppFollow's workspace."""
        review = self._find(app, str(data.get("review_id") or ""))
        if review is None:
            return {"error": "There is no review yet."}
        if action == "edit":
            review.update(was_changed=1, content=str(data.get("content", review["content"])))
            review["rating"] = int(data.get("rating", review["rating"]))
        elif action == "delete":
            review["is_deleted"] = 1
        elif action == "answer":
            _set_answer(review, str(data["text"]), at)
        else:
            raise ValueError(action)
        review["updated"] = _format(at)
        return {"review_id": review["review_id"]}

    def _publish(self, app: str, review_id: str, at: datetime) -> dict[str, Any]:
        ours = [key for key in self.waiting if key[0] == app and review_id in ("", key[1])]
        for key in ours:
            review = self._find(app, key[1])
            if review is not None:
                _set_answer(review, self.waiting.pop(key), at)
        return {"count": len(ours)}

    def _find(self, app: str, review_id: str) -> dict[str, Any] | None:
        """Return a review by its ID, or the last one for ""."""
        newest = reversed(self.reviews.get(app, []))
        return next((one for one in newest if review_id in ("", one["review_id"])), None)


def _set_answer(review: dict[str, Any], text: str, at: datetime) -> None:
    review.update(has_answer=1, answer_text=text, answer_date=f"{at:%Y-%m-%d}")
    review.update(answer_time=f"{at:%H:%M:%S}", updated=_format(at))


def _refuse(where: str, name: str, why: str) -> Reply:
    return Reply(422, {"detail": [{"loc": [where, name], "msg": why, "type": "value_error"}]})


def _read_moment(data: Mapping[str, Any]) -> datetime:
    """Return the time of an action: now, unless a test says another one."""
    at = data.get("at")
    return datetime.fromisoformat(str(at)).astimezone(UTC) if at else datetime.now(UTC)


def _format(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M:%S}"
