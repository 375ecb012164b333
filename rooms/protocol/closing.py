"""Why a socket is closed."""

# Close codes of our own, and those of RFC 6455 with what a client does about them.
CLOSE_CODES = {
    4400: "The frame could not be read.",
    4401: "Not signed in, or no longer: sign in again.",
    4403: "You may not be here (any more): suspended, removed, or an origin we do not know.",
    4408: "The socket fell behind: connect again and resume.",
    4429: "Too many frames: wait, then connect again.",
    1001: "The server is restarting: connect again and resume.",
    1009: "The frame is too large.",
    1011: "Something went wrong here: connect again and resume.",
}
