"""The site of the Channels tutorial: Daphne, the Redis layer, nothing more."""

import os

SECRET_KEY = "of a benchmark"
ALLOWED_HOSTS = ["*"]
INSTALLED_APPS = [
    "daphne",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "chat",
]
ROOT_URLCONF = "chat.routing"
ASGI_APPLICATION = "chat.routing.application"
DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": os.environ["PEER_DATABASE"],
        "USER": os.environ["PEER_USER"],
        "HOST": os.environ["PEER_HOST"],
    }
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
# redis-py 8 gives up an idle read after 5 s and its default pool refuses a join storm: with its defaults the
# naive consumer loses its sockets, and a comparison with that would say little.
CHANNEL_LAYERS = {
    "default": {
        "BACKEND": "channels_redis.core.RedisChannelLayer",
        "CONFIG": {
            "hosts": [{"address": os.environ["REDIS_URL"], "socket_timeout": None, "max_connections": 4000}]
        },
    }
}
USE_TZ = True
