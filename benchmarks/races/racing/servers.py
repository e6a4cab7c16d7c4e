"""The servers of a race. Each is started once and keeps its data below a folder."""

import base64
import json
import os
import shutil
import ssl
import subprocess
import time
import urllib.error
import urllib.request

from racing import network, programs, tls
from racing.checking import Failed

BUCKET = "race-bucket"
CAPABILITIES = ["listBuckets", "listFiles", "readFiles", "shareFiles", "writeFiles", "deleteFiles"]


def plain_environment():
    """The environment without what the user has set for real stores."""
    settings = ("AWS_", "B2_", "R2_", "WASABI_", "STORAGE_", "RCLONE_", "RESTIC_", "GPU_SNAPSHOT_JAVA_OPTIONS",
                "http_proxy", "HTTP_PROXY")
    return {name: value for name, value in os.environ.items() if not name.startswith(settings)}


class Server:
    """A server process that tells in one line of JSON where it is and what its keys are."""

    def __init__(self, folder, way, words, environment=None):
        self.folder = folder
        os.makedirs(folder, exist_ok=True)
        self.process = subprocess.Popen(
            way.server(words) if way else words, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            text=True)
        line = self.process.stdout.readline()
        if not line:
            raise Failed(f"{words[-1]} does not start")
        self.ready = json.loads(line)
        self.endpoint = self.ready["endpoint"]
        if way:
            way.connect(self.process, int(self.endpoint.rsplit(":", 1)[1]))

    def __enter__(self):
        return self

    def __exit__(self, *failure):
        self.stop()

    def stop(self):
        self.process.terminate()
        self.process.wait()


class B2(Server):
    """The emulator of Backblaze B2."""

    name = "b2"
    about = "B2 emulator"

    def __init__(self, folder, way=None, stall_every=0, identity=None, switches=()):
        stalls = ["--stall-every", str(stall_every)] if stall_every else []
        secure = ["--key-store", identity.key_store] if identity else []
        self.trust = ssl.create_default_context(cafile=identity.certificate) if identity else None
        super().__init__(
            folder, way, programs.jar("emulate-b2", "--port", "0", "--root", folder, *stalls, *secure, *switches),
            dict(os.environ, KEY_STORE_PASSWORD=tls.PASSWORD))
        self.key = (self.ready["keyId"], self.ready["applicationKey"])

    def environment(self):
        key_id, key = self.key
        return dict(
            plain_environment(), B2_KEY_ID=key_id, B2_APPLICATION_KEY=key, RCLONE_CONFIG="/dev/null",
            RCLONE_CONFIG_RACE_TYPE="b2", RCLONE_CONFIG_RACE_ACCOUNT=key_id, RCLONE_CONFIG_RACE_KEY=key,
            RCLONE_CONFIG_RACE_ENDPOINT=self.endpoint)

    def store(self, prefix):
        return f"b2://{BUCKET}/{prefix}?endpoint={self.endpoint}"

    def objects(self, prefix):
        """The folder with an object a file, which this one does not have."""
        return None

    def make_bucket(self):
        """Makes the bucket, and a key that is good for nothing else, which is what everybody uses from then on."""
        authorization = "Basic " + base64.b64encode(":".join(self.key).encode("ascii")).decode("ascii")
        account = self._call(self.endpoint + "/b2api/v2/b2_authorize_account", authorization, {})
        calls, token = account["apiUrl"] + "/b2api/v2/", account["authorizationToken"]
        owner = {"accountId": account["accountId"]}
        bucket = self._call(
            calls + "b2_create_bucket", token, dict(owner, bucketName=BUCKET, bucketType="allPrivate"))
        key = self._call(
            calls + "b2_create_key", token,
            dict(owner, keyName="race", capabilities=CAPABILITIES, bucketId=bucket["bucketId"]))
        self.key = (key["applicationKeyId"], key["applicationKey"])

    def _call(self, url, authorization, arguments):
        request = urllib.request.Request(
            url, json.dumps(arguments).encode("ascii"),
            {"Authorization": authorization, "Content-Type": "application/json"})
        with urllib.request.urlopen(request, context=self.trust) as answer:
            return json.load(answer)


class S3(Server):
    """s3proxy, which checks signatures and keeps an object a file."""

    name = "s3"
    about = "s3proxy"

    def __init__(self, folder, way=None, stall_every=0, identity=None):
        secure = [identity.key_store, tls.PASSWORD] if identity else []
        super().__init__(
            folder, way, programs.benchmark("races.S3RaceServer", "0", folder, BUCKET, str(stall_every), *secure))

    def environment(self):
        return dict(
            plain_environment(), AWS_ACCESS_KEY_ID=self.ready["keyId"], AWS_SECRET_ACCESS_KEY=self.ready["applicationKey"],
            AWS_DEFAULT_REGION="us-east-1", AWS_EC2_METADATA_DISABLED="true", RCLONE_CONFIG="/dev/null",
            RCLONE_CONFIG_RACE_TYPE="s3", RCLONE_CONFIG_RACE_PROVIDER="Other", RCLONE_CONFIG_RACE_ENV_AUTH="true",
            RCLONE_CONFIG_RACE_ENDPOINT=self.endpoint, RCLONE_CONFIG_RACE_REGION="us-east-1")

    def store(self, prefix):
        return f"s3://{BUCKET}/{prefix}?endpoint={self.endpoint}"

    def objects(self, prefix):
        """The folder with an object a file."""
        return os.path.join(self.folder, BUCKET, prefix)

    def make_bucket(self):
        """It comes with its bucket."""


class Nginx:
    """Serves a folder read-only, as fast as files can be served."""

    def __init__(self, home, folder, way=None, identity=None):
        os.makedirs(home)
        self.port = network.free_port()
        self.identity = identity
        self.endpoint = f"{'https' if identity else 'http'}://127.0.0.1:{self.port}"
        listen = f"listen 127.0.0.1:{self.port};"
        if identity:
            listen = (f"listen 127.0.0.1:{self.port} ssl;"
                      f" ssl_certificate {identity.certificate}; ssl_certificate_key {identity.key};")
        config = os.path.join(home, "nginx.conf")
        user = "user root;" if os.getuid() == 0 else ""
        with open(config, "w", encoding="utf-8") as file:
            file.write(
                f"{user} worker_processes auto; daemon off; pid {home}/pid; error_log {home}/errors;"
                f" events {{ worker_connections 1024; }}"
                f" http {{ access_log off; sendfile on; tcp_nopush on; default_type application/octet-stream;"
                f" client_body_temp_path {home}/body; proxy_temp_path {home}/proxy; fastcgi_temp_path {home}/fastcgi;"
                f" uwsgi_temp_path {home}/uwsgi; scgi_temp_path {home}/scgi;"
                f" server {{ {listen} root {folder}; }} }}\n")
        words = [shutil.which("nginx") or "/usr/sbin/nginx", "-e", f"{home}/errors", "-c", config]
        self.process = subprocess.Popen(way.server(words) if way else words, stdin=subprocess.DEVNULL)
        if way:
            way.connect(self.process, self.port)
        self._await_answer()

    def _await_answer(self, seconds=10):
        deadline = time.monotonic() + seconds
        trust = ssl.create_default_context(cafile=self.identity.certificate) if self.identity else None
        while time.monotonic() < deadline:
            try:
                urllib.request.urlopen(self.endpoint + "/", context=trust).close()
            except urllib.error.HTTPError:
                return
            except OSError:
                time.sleep(0.05)
        raise Failed("nginx does not answer")

    def stop(self):
        self.process.terminate()
        self.process.wait()
