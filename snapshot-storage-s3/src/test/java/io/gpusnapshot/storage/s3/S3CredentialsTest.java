package io.gpusnapshot.storage.s3;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.gpusnapshot.error.StorageAccessException;
import io.gpusnapshot.storage.StorageConfig;
import io.gpusnapshot.testing.HttpReply;
import io.gpusnapshot.testing.ScriptedHttpServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;
import software.amazon.awssdk.utils.SdkAutoCloseable;

/** Where keys come from. */
@Isolated("it sets system properties")
class S3CredentialsTest {
    private static final String SECRET = "s3cr3t-key";
    private static final String ROLE_TOKEN = "t0ken-of-the-role";
    private static final String BASE_TOKEN = "t0ken-of-the-base";
    private static final String WEB_IDENTITY = "t0ken-of-the-identity";

    /** Loggers that show the request for a role's keys, as the documentation says. */
    private static final Set<String> TELL_TOKENS_OF_PROFILES = Set.of(
            "software.amazon.awssdk.http.auth.aws.internal.signer.DefaultV4RequestSigner",
            "sun.net.www.protocol.http.HttpURLConnection");

    private final List<String> properties = new ArrayList<>();

    @TempDir
    private Path folder = Path.of("");

    @AfterEach
    void clearProperties() {
        properties.forEach(System::clearProperty);
    }

    private void set(String name, String value) {
        System.setProperty(name, value);
        properties.add(name);
    }

    private static AwsCredentials resolve(S3Credentials credentials) {
        AwsCredentialsProvider provider = credentials.open();
        try {
            return provider.resolveCredentials();
        } finally {
            if (provider instanceof SdkAutoCloseable closeable) {
                closeable.close();
            }
        }
    }

    @Test
    void nothingSecretIsPrinted() {
        assertThat(S3Credentials.of("id", SECRET).toString()).contains("id").doesNotContain(SECRET);
        assertThat(S3Credentials.ofSession("id", SECRET, SECRET, Optional.empty())
                        .toString())
                .contains("id")
                .doesNotContain(SECRET);
    }

    @Test
    void sessionsKnowTheirEnd() {
        Instant end = Instant.parse("2026-01-02T03:04:05Z");
        AwsCredentials keys = resolve(S3Credentials.ofSession("id", SECRET, "token", Optional.of(end)));
        assertThat(keys.expirationTime()).contains(end);
        assertThat(keys)
                .isInstanceOfSatisfying(
                        AwsSessionCredentials.class,
                        session -> assertThat(session.sessionToken()).isEqualTo("token"));
    }

    @Test
    void eachVendorHasVariablesOfItsOwn() throws IOException {
        for (String vendor : List.of("R2", "WASABI")) {
            String provider = vendor.toLowerCase(Locale.ROOT);
            Map<String, String> pair =
                    Map.of(vendor + "_ACCESS_KEY_ID", "id", vendor + "_SECRET_ACCESS_KEY", SECRET + "\n");
            AwsCredentials keys = resolve(S3Credentials.fromEnvironment(provider, pair));
            assertThat(keys.accessKeyId()).isEqualTo("id");
            assertThat(keys.secretAccessKey()).isEqualTo(SECRET);
            assertThatExceptionOfType(StorageAccessException.class)
                    .isThrownBy(() -> S3Credentials.fromEnvironment(provider, Map.of(vendor + "_ACCESS_KEY_ID", "id")))
                    .withMessageContaining(vendor + "_SECRET_ACCESS_KEY is not set");
        }
    }

    @Test
    void sessionTokensComeAlong() throws IOException {
        AwsCredentials keys = resolve(S3Credentials.fromEnvironment(
                StorageConfig.R2,
                Map.of("R2_ACCESS_KEY_ID", "id", "R2_SECRET_ACCESS_KEY", SECRET, "R2_SESSION_TOKEN", "token")));
        assertThat(keys).isInstanceOf(AwsSessionCredentials.class);
    }

    @Test
    void profilesAreReadFromTheSharedFile() throws IOException {
        Path file = folder.resolve("credentials");
        Files.writeString(file, "[work]\naws_access_key_id = fromprofile\naws_secret_access_key = " + SECRET + "\n");
        set("aws.sharedCredentialsFile", file.toString());
        assertThat(resolve(S3Credentials.ofAwsProfile("work")).accessKeyId()).isEqualTo("fromprofile");
    }

    private void assumeNoOtherKeys() {
        assumeTrue(System.getenv("AWS_ACCESS_KEY_ID") == null, "AWS_ACCESS_KEY_ID is set, which comes first");
        set("aws.sharedCredentialsFile", folder.resolve("none").toString());
        set("aws.configFile", folder.resolve("none").toString());
    }

    @Test
    void aWebIdentityIsExchangedForASession() throws IOException {
        assumeNoOtherKeys();
        Path token = Files.writeString(folder.resolve("token"), WEB_IDENTITY);
        try (ScriptedHttpServer sts = ScriptedHttpServer.start(roleKeys("AssumeRoleWithWebIdentity"));
                AllLogs logs = new AllLogs()) {
            set("aws.webIdentityTokenFile", token.toString());
            set("aws.roleArn", "arn:aws:iam::123456789012:role/gpu");
            set("aws.roleSessionName", "test");
            set("aws.endpointUrlSts", sts.uri("").toString());
            set("aws.region", "us-east-1");
            AwsCredentials keys = resolve(S3Credentials.ofAwsDefaults());
            assertThat(keys.accessKeyId()).isEqualTo("fromrole");
            assertThat(keys.expirationTime()).contains(Instant.parse("2099-01-02T03:04:05Z"));
            assertThat(new String(sts.requests().get(0).body(), UTF_8)).contains("AssumeRoleWithWebIdentity");
            assertThat(logs.loggersOf(SECRET)).isEmpty();
            assertThat(logs.loggersOf(ROLE_TOKEN)).isEmpty();
            assertThat(logs.loggersOf(WEB_IDENTITY)).isEmpty();
        }
    }

    private static HttpReply roleKeys(String action) {
        return HttpReply.error(
                200,
                "<" + action + "Response><" + action + "Result><Credentials>"
                        + "<AccessKeyId>fromrole</AccessKeyId><SecretAccessKey>" + SECRET + "</SecretAccessKey>"
                        + "<SessionToken>" + ROLE_TOKEN + "</SessionToken><Expiration>2099-01-02T03:04:05Z</Expiration>"
                        + "</Credentials></" + action + "Result></" + action + "Response>",
                "Content-Type: text/xml");
    }

    @Test
    void keysOfRolesAreNotLogged() throws IOException {
        assumeNoOtherKeys();
        Path file = folder.resolve("credentials");
        Files.writeString(
                file,
                "[base]\naws_access_key_id = id\naws_secret_access_key = " + SECRET + "\naws_session_token = "
                        + BASE_TOKEN
                        + "\n[role]\nsource_profile = base\nrole_arn = arn:aws:iam::123456789012:role/gpu\n");
        set("aws.sharedCredentialsFile", file.toString());
        set("aws.region", "us-east-1");
        try (ScriptedHttpServer sts = ScriptedHttpServer.start(roleKeys("AssumeRole"));
                AllLogs logs = new AllLogs()) {
            set("aws.endpointUrlSts", sts.uri("").toString());
            AwsCredentials keys = resolve(S3Credentials.ofAwsProfile("role"));
            assertThat(keys.accessKeyId()).isEqualTo("fromrole");
            assertThat(sts.requests().get(0).header("x-amz-security-token")).contains(BASE_TOKEN);
            assertThat(logs.loggers()).contains("software.amazon.awssdk.request");
            assertThat(logs.loggersOf(SECRET)).isEmpty();
            assertThat(logs.loggersOf(ROLE_TOKEN)).isEmpty();
            assertThat(logs.loggersOf(BASE_TOKEN)).isEqualTo(TELL_TOKENS_OF_PROFILES);
        }
    }

    @Test
    void anInstanceHasKeysOfItsRole() throws IOException {
        assumeNoOtherKeys();
        HttpReply metadata = (request, wire) -> {
            wire.readBody(request);
            if (request.target().endsWith("/api/token")) {
                wire.answer(200, "metadata-token", "x-aws-ec2-metadata-token-ttl-seconds: 60");
            } else if (request.target().endsWith("/gpu-role")) {
                wire.answer(
                        200,
                        "{\"Code\":\"Success\",\"AccessKeyId\":\"frominstance\",\"SecretAccessKey\":\"" + SECRET
                                + "\",\"Token\":\"" + ROLE_TOKEN
                                + "\",\"AccountId\":\"1\",\"LastUpdated\":\"2026-01-02T03:04:05Z\","
                                + "\"Expiration\":\"2099-01-02T03:04:05Z\"}");
            } else {
                wire.answer(200, "gpu-role");
            }
        };
        try (ScriptedHttpServer instance = ScriptedHttpServer.start(metadata);
                AllLogs logs = new AllLogs()) {
            set("aws.ec2MetadataServiceEndpoint", instance.uri("").toString());
            assertThat(resolve(S3Credentials.ofAwsDefaults()).accessKeyId()).isEqualTo("frominstance");
            assertThat(logs.loggersOf(SECRET)).isEmpty();
            assertThat(logs.loggersOf(ROLE_TOKEN)).isEmpty();
        }
    }

    @Test
    void aMachineWithoutKeysIsToldWhereToPutThem() {
        assumeNoOtherKeys();
        set("aws.disableEc2Metadata", "true");
        S3Location location =
                S3Location.of(StorageConfig.bucket(StorageConfig.S3, "bucket").withEndpoint("http://127.0.0.1:1"));
        assertThatExceptionOfType(StorageAccessException.class)
                .isThrownBy(() -> ServedBucket.open(location, "", S3Credentials.ofAwsDefaults()))
                .withMessageContaining("s3://bucket")
                .withMessageContaining("AWS_ACCESS_KEY_ID");
    }
}
