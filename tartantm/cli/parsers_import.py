"""What `tartantm import` takes."""

from __future__ import annotations

from argparse import ArgumentParser

from tartantm.cli.parsers_moderate import inbox_size


def import_options(sub: ArgumentParser) -> None:
    """Add the arguments of `import`."""
    sub.add_argument(
        "archives",
        metavar="ARCHIVE",
        nargs="+",
        help="files, folders or zips of recorded posts; - reads a text from standard input",
    )
    sub.add_argument("--agenda", required=True, help="an agenda file")
    sub.add_argument(
        "--session", metavar="FILE", help="made where it is missing; not needed with --preview"
    )
    sub.add_argument(
        "--preview", action="store_true", help="say what the files hold, and store nothing"
    )
    sub.add_argument(
        "--hashtag",
        dest="hashtags",
        action="append",
        default=[],
        metavar="TAG",
        help="take only posts with it, and replies to them; may repeat (of one account's archive:"
        " the agenda's)",
    )
    when = "2012-06-20, or 2012-06-20T18:00, in the chat's time zone"
    sub.add_argument("--from", dest="since", metavar="WHEN", help=f"take no earlier posts: {when}")
    sub.add_argument("--to", dest="until", metavar="WHEN", help="take no later posts")
    sub.add_argument(
        "--ask",
        action="store_true",
        help="be asked how a text is to be read: where name, time and words stand",
    )
    sub.add_argument(
        "--author",
        metavar="HANDLE",
        help="whose archive it is, where the file does not say it: @ailsa",
    )
    inbox_size(sub)
