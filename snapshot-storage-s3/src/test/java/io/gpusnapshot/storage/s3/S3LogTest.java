package io.gpusnapshot.storage.s3;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.gpusnapshot.storage.ByteRange;
import io.gpusnapshot.storage.GrantIssuer;
import io.gpusnapshot.storage.ListOptions;
import io.gpusnapshot.storage.PutOptions;
import io.gpusnapshot.storage.StorageProvider;
import io.gpusnapshot.storage.StorageProviders;
import io.gpusnapshot.storage.s3.server.S3Server;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** Listens to everything that we and the vendor's SDK have to say. */
class S3LogTest {
    private static final String TOKEN = "t0ken-of-a-session";
    private static final Pattern SIGNATURE = Pattern.compile("Signature=[0-9a-f]{64}");

    /** Loggers for whole requests, as the documentation says; what they show is worth nothing without the secret key. */
    private static final Set<String> SHOW_REQUESTS = Set.of(
            "software.amazon.awssdk.http.auth.aws.internal.signer.DefaultV4RequestSigner",
            "org.apache.hc.client5.http.headers",
            "org.apache.hc.client5.http.wire");

    @Test
    void noKeyIsLoggedAtAnyLevel() throws IOException {
        Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        ListAppender<ILoggingEvent> events = new ListAppender<>();
        try (S3Server server = S3Server.start()) {
            root.addAppender(events);
            events.start();
            root.setLevel(Level.TRACE);
            root.detachAppender("STDERR");
            use(ServedBucket.create(server));
        } finally {
            root.setLevel(Level.ERROR);
        }
        assertThat(lines(events, logger -> true))
                .isNotEmpty()
                .noneMatch(line -> line.contains(S3Server.SECRET_ACCESS_KEY));
        assertThat(lines(events, logger -> !SHOW_REQUESTS.contains(logger)))
                .isNotEmpty()
                .noneMatch(
                        line -> line.contains(TOKEN) || SIGNATURE.matcher(line).find());
    }

    private static List<String> lines(ListAppender<ILoggingEvent> events, Predicate<String> loggers) {
        return events.list.stream()
                .filter(event -> loggers.test(event.getLoggerName()))
                .map(event -> event.getLoggerName() + " " + event.getFormattedMessage())
                .toList();
    }

    private static void use(ServedBucket bucket) throws IOException {
        S3Credentials session =
                S3Credentials.ofSession(S3Server.ACCESS_KEY_ID, S3Server.SECRET_ACCESS_KEY, TOKEN, Optional.empty());
        try (StorageProvider store = ServedBucket.open(S3Location.of(bucket.config()), "team", session)) {
            StorageProviders.putBytes(store, "key", new byte[10], PutOptions.IF_ABSENT);
            store.open("key", new ByteRange(0, 10)).close();
            store.list(ListOptions.ofPrefix(""));
            GrantIssuer issuer = store.grants().orElseThrow();
            issuer.grantDownloads(List.of("key"), Duration.ofMinutes(1));
            issuer.grantPart(issuer.openUpload("pack", 10), 1, Duration.ofMinutes(1));
            store.delete(List.of("key"));
        }
    }
}
