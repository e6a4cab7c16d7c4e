package io.gpusnapshot.internal.transfer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gpusnapshot.error.DataIntegrityException;
import io.gpusnapshot.error.ObjectNotFoundException;
import io.gpusnapshot.error.StorageAccessException;
import io.gpusnapshot.error.StorageRequestException;
import io.gpusnapshot.error.StorageUnavailableException;
import io.gpusnapshot.internal.http.HttpAnswer;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class VerdictTest {
    private static HttpAnswer answer(int status, String code) {
        return new HttpAnswer(status, Optional.of(Duration.ofSeconds(4)), Optional.empty(), Optional.of(code));
    }

    @ParameterizedTest
    @CsvSource({
        "200, DONE",
        "206, DONE",
        "302, FINAL",
        "400, FINAL",
        "401, RENEW",
        "403, RENEW",
        "404, FINAL",
        "408, RETRY",
        "409, FINAL",
        "416, FINAL",
        "429, THROTTLED",
        "500, RETRY",
        "501, FINAL",
        "502, RETRY",
        "503, THROTTLED",
        "504, RETRY"
    })
    void everyStatusHasItsVerdict(int status, Verdict verdict) {
        assertThat(Verdict.of(Direction.DOWN, answer(status, "x"))).isEqualTo(verdict);
    }

    @Test
    void onlyAStoreThatSaysSoIsAskedForTooMuch() {
        HttpAnswer full = new HttpAnswer(503, Optional.empty(), Optional.empty(), Optional.of("service_unavailable"));
        assertThat(Verdict.of(Direction.DOWN, full)).isEqualTo(Verdict.RETRY);
        assertThat(Verdict.of(Direction.UP, full)).isEqualTo(Verdict.RETRY);
        assertThat(Verdict.of(Direction.UP, answer(503, "service_unavailable"))).isEqualTo(Verdict.RETRY);
        for (Direction direction : Direction.values()) {
            HttpAnswer slowDown = new HttpAnswer(503, Optional.empty(), Optional.empty(), Optional.of("SlowDown"));
            assertThat(Verdict.of(direction, slowDown)).isEqualTo(Verdict.THROTTLED);
            assertThat(Verdict.of(direction, answer(429, "too_many_requests"))).isEqualTo(Verdict.THROTTLED);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"cap_exceeded", "storage_cap_exceeded", "download_cap_exceeded", "transaction_cap_exceeded"})
    void noOtherGrantGetsAroundACap(String code) {
        HttpAnswer answer = answer(403, code);

        assertThat(Verdict.of(Direction.UP, answer)).isEqualTo(Verdict.FINAL);
        assertThat(Verdict.error("p", Direction.UP, "k", answer))
                .isInstanceOf(StorageRequestException.class)
                .hasMessageContaining("raise the account's caps");
    }

    @ParameterizedTest
    @ValueSource(strings = {"RequestTimeout", "BadDigest", "auth_token_limit"})
    void someBadRequestsAreNobodysFault(String code) {
        HttpAnswer answer = answer(400, code);

        assertThat(Verdict.of(Direction.DOWN, answer)).isEqualTo(Verdict.RETRY);
        assertThat(Verdict.error("p", Direction.DOWN, "k", answer)).isInstanceOf(StorageUnavailableException.class);
    }

    @Test
    void aGrantEndsWithTheSessionOfItsIssuer() {
        HttpAnswer answer = answer(400, "ExpiredToken");

        assertThat(Verdict.of(Direction.DOWN, answer)).isEqualTo(Verdict.RENEW);
        assertThat(Verdict.error("p", Direction.DOWN, "k", answer)).isInstanceOf(StorageAccessException.class);
    }

    @Test
    void errorsAreThoseThatApplicationsKnow() {
        assertThat(error(401)).isInstanceOf(StorageAccessException.class);
        assertThat(error(403)).isInstanceOf(StorageAccessException.class);
        assertThat(error(404)).isInstanceOf(ObjectNotFoundException.class);
        assertThat(error(416)).isInstanceOf(DataIntegrityException.class);
        assertThat(error(302)).isInstanceOf(StorageRequestException.class);
        assertThat(error(400)).isInstanceOf(StorageRequestException.class);
        for (int status : new int[] {408, 429, 500, 502, 503, 504}) {
            assertThat(error(status))
                    .isInstanceOfSatisfying(
                            StorageUnavailableException.class,
                            failure -> assertThat(failure.retryAfter()).contains(Duration.ofSeconds(4)));
        }
    }

    private static IOException error(int status) {
        IOException error = Verdict.error("p", Direction.DOWN, "packs/a", answer(status, "some_code"));
        assertThat(error).hasMessageContaining("read \"packs/a\": HTTP " + status + " some_code");
        return error;
    }

    @Test
    void aTimeoutIsNoInterrupt() throws IOException {
        SocketTimeoutException timeout = new SocketTimeoutException("slow");

        assertThat(Verdict.error("p", Direction.DOWN, "k", timeout))
                .isInstanceOf(StorageUnavailableException.class)
                .hasCause(timeout);
    }

    @Test
    void anInterruptIsPassedOn() {
        InterruptedIOException cancelled = new InterruptedIOException();
        Thread.currentThread().interrupt();
        try {
            assertThatThrownBy(() -> Verdict.error("p", Direction.DOWN, "k", cancelled))
                    .isSameAs(cancelled);
        } finally {
            assertThat(Thread.interrupted()).isTrue();
        }
    }
}
