package io.gpusnapshot.internal.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.gpusnapshot.testing.HttpReply;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class AnswerTest extends TransportFixture {
    @Test
    void theCodeIsFoundInTheJsonOfBackblaze() throws IOException {
        server().next(HttpReply.error(
                401, "{\n  \"code\": \"expired_auth_token\",\n  \"message\": \"x\", \"status\": 401}"));

        HttpAnswer answer = download(room());

        assertThat(answer.errorCode()).contains("expired_auth_token");
        assertThat(answer).hasToString("HTTP 401 expired_auth_token");
    }

    @Test
    void theCodeIsFoundInTheXmlOfS3() throws IOException {
        server().next(HttpReply.error(
                403, "<?xml version=\"1.0\"?><Error><Code>AccessDenied</Code><Message>s3cr3t</Message></Error>"));

        assertThat(upload(content())).hasToString("HTTP 403 AccessDenied");
    }

    @Test
    void bodiesWithoutACodeTellNothing() {
        for (String body : List.of("", "code", "{\"code\":7}", "<Code></Code>", "{\"code\":\"two words\"}")) {
            assertThat(ErrorCodes.find(body.getBytes(UTF_8))).isEmpty();
        }
        assertThat(ErrorCodes.find(new byte[] {(byte) 0xff, 0, (byte) 0xc3})).isEmpty();
    }

    @Test
    void longCodesTellNothing() {
        assertThat(ErrorCodes.find(("<Code>" + "x".repeat(65) + "</Code>").getBytes(UTF_8)))
                .isEmpty();
    }

    @Test
    void errorsWithoutABodyHaveNoCode() throws IOException {
        server().next(HttpReply.status(500));

        assertThat(download(room())).hasToString("HTTP 500");
    }

    @Test
    void onlyTheBeginningOfAHugeErrorIsRead() throws IOException {
        loseAllPatience();
        server().next(hugeError(500), hugeError(200));

        assertThat(download(room())).hasToString("HTTP 500 internal_error");
        assertThat(upload(content()).status()).isEqualTo(200);
        assertThat(download(room()).status()).isEqualTo(206);
    }

    /** Announces an endless body, and stalls after a part that is more than enough. */
    private static HttpReply hugeError(int status) {
        return (request, wire) -> {
            wire.readBody(request);
            wire.head(status, "Content-Length: " + Long.MAX_VALUE);
            byte[] body = ("{\"code\":\"internal_error\"}" + " ".repeat(100_000)).getBytes(UTF_8);
            wire.body(body, 0, body.length);
            wire.stall();
        };
    }

    @Test
    void theAskedPauseIsPassedOn() throws IOException {
        server().next(HttpReply.status(503, "Retry-After: 17"));

        assertThat(download(room()).retryAfter()).contains(Duration.ofSeconds(17));
    }

    @Test
    void aPauseThatIsNoNumberOfSecondsIsNone() throws IOException {
        for (String value : List.of("soon", "-1", "", "1.5", "99999999999999999999", "Wed, 21 Oct 2026 07:28:00 GMT")) {
            server().next(HttpReply.status(429, "Retry-After: " + value));

            assertThat(download(room()).retryAfter()).isEmpty();
        }
    }

    @Test
    void theEntityTagComesWithoutQuotes() throws IOException {
        server().next(HttpReply.status(200, "ETag: \"abc\""), HttpReply.status(200));

        assertThat(upload(content()).entityTag()).contains("abc");
        assertThat(upload(content()).entityTag()).isEmpty();
    }
}
