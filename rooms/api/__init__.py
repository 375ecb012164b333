"""The JSON interface over rooms: the frames of the socket, asked for one by one."""
