"""The certificate of a race's servers, and how its contestants are told to trust it."""

import os
import subprocess

PASSWORD = "not-a-secret"


class Identity:
    """A key and a certificate for the loopback address, which last as long as the race."""

    def __init__(self, home):
        self.key = os.path.join(home, "key.pem")
        self.certificate = os.path.join(home, "certificate.pem")
        self.key_store = os.path.join(home, "key.p12")
        self.trust_store = os.path.join(home, "trust.p12")
        self._run(
            "openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
            "-subj", "/CN=race", "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", self.key, "-out", self.certificate)
        self._run(
            "openssl", "pkcs12", "-export", "-inkey", self.key, "-in", self.certificate, "-name", "race", "-out",
            self.key_store, "-passout", "pass:" + PASSWORD)
        self._run(
            "keytool", "-importcert", "-noprompt", "-alias", "race", "-file", self.certificate, "-keystore",
            self.trust_store, "-storetype", "PKCS12", "-storepass", PASSWORD)

    @staticmethod
    def _run(*words):
        subprocess.run(words, check=True, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def environment(self):
        """What has programs trust the certificate, each in its own way; restic takes a file as an argument."""
        trust = f"-Djavax.net.ssl.trustStore={self.trust_store} -Djavax.net.ssl.trustStorePassword={PASSWORD}"
        return {
            "JDK_JAVA_OPTIONS": trust, "RCLONE_CA_CERT": self.certificate, "AWS_CA_BUNDLE": self.certificate,
            "CURL_CA_BUNDLE": self.certificate}
