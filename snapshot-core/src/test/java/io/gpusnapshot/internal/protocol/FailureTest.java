package io.gpusnapshot.internal.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import io.gpusnapshot.error.DataIntegrityException;
import io.gpusnapshot.error.ObjectNotFoundException;
import io.gpusnapshot.error.PreconditionFailedException;
import io.gpusnapshot.error.RemoteAccessException;
import io.gpusnapshot.error.RemoteCommandException;
import io.gpusnapshot.error.RemoteUnavailableException;
import io.gpusnapshot.error.SnapshotConflictException;
import io.gpusnapshot.error.SnapshotException;
import io.gpusnapshot.error.SnapshotNotFoundException;
import io.gpusnapshot.error.StorageAccessException;
import io.gpusnapshot.error.StorageRequestException;
import io.gpusnapshot.error.StorageUnavailableException;
import io.gpusnapshot.error.UnsupportedFormatException;
import io.gpusnapshot.error.WorkspaceException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class FailureTest {
    static List<SnapshotException> failures() {
        IOException cause = new IOException("cause");
        List<SnapshotException> failures = new ArrayList<>(List.of(
                new ObjectNotFoundException("b2", "key", "none", cause),
                new PreconditionFailedException("b2", "key", "exists", cause),
                new StorageAccessException("b2", "key", "no", cause),
                new StorageUnavailableException("b2", "key", "busy", Duration.ofMillis(1500), cause),
                new StorageUnavailableException("b2", "key", "busy", null, cause),
                new StorageRequestException("b2", "key", "what?", cause),
                new DataIntegrityException("key", 1L << 40, "damaged", cause),
                new UnsupportedFormatException("key", "new"),
                new RemoteUnavailableException("host", "gone", cause),
                new RemoteAccessException("host", "no", cause),
                new RemoteCommandException("host", 137, "Out of memory\nKilled", "failed", cause),
                new SnapshotNotFoundException("id", "none"),
                new SnapshotConflictException("id", "exists", cause)));
        for (WorkspaceException.Reason reason : WorkspaceException.Reason.values()) {
            failures.add(new WorkspaceException(reason, "/path", "text", cause));
        }
        return failures;
    }

    @ParameterizedTest
    @MethodSource("failures")
    void aFailureArrivesAsWhatItWas(SnapshotException failure) throws IOException {
        assertThat(arrived(failure))
                .usingRecursiveComparison()
                .ignoringFields("cause", "stackTrace", "suppressedExceptions")
                .isEqualTo(failure);
    }

    @Test
    void everyKindOfFailureIsTried() {
        assertThat(failures().stream().map(Object::getClass).distinct())
                .containsExactlyInAnyOrderElementsOf(
                        leaves(SnapshotException.class).toList());
    }

    private static Stream<Class<?>> leaves(Class<?> kind) {
        return kind.isSealed()
                ? Stream.of(kind.getPermittedSubclasses()).flatMap(FailureTest::leaves)
                : Stream.of(kind);
    }

    private static Exception arrived(Throwable failure) throws IOException {
        return Failure.toException(Wire.over(Failure.of(failure)), "the host");
    }

    @Test
    void anInterruptThereIsNoneHere() throws IOException {
        assertThat(arrived(new InterruptedIOException("stopped"))).isInstanceOf(RemoteUnavailableException.class);
    }

    @Test
    void aWrongArgumentStaysOne() throws IOException {
        assertThat(arrived(new IllegalArgumentException("use lz4")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("use lz4");
    }

    @Test
    void ofManyHostsItIsSaidOnWhichItWas() throws IOException {
        IOException cause = new IOException("cause");
        WorkspaceException full = new WorkspaceException(WorkspaceException.Reason.FULL, "/path", "full", cause);
        assertThat(arrivedFromHost(full)).hasMessage("On gpu-7: full");
        assertThat(arrivedFromHost(new RemoteAccessException("gpu-7", "gpu-7 may not", cause)))
                .hasMessage("gpu-7 may not");
        assertThat(arrivedFromHost(new IllegalArgumentException("use lz4"))).hasMessage("use lz4");
    }

    private static Exception arrivedFromHost(Throwable failure) throws IOException {
        return Failure.onHost(Wire.over(Failure.of(failure)), "gpu-7");
    }

    @Test
    void whatNobodyExpectedSaysWhatItWas() throws IOException {
        assertThat(arrived(new StackOverflowError()))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("the host")
                .hasMessageContaining("StackOverflowError");
    }

    @Test
    void textIsMadeFitToBeShown() throws IOException {
        String text = "\u001b[31m\nforged\u202e\u2028" + "x".repeat(100_000);
        Message message = Message.of("error")
                .with("kind", "UnsupportedFormatException")
                .with("message", text)
                .with("subject", text);
        SnapshotException failure = (SnapshotException) Failure.toException(Wire.over(message), "host");
        for (String shown : List.of(failure.getMessage(), failure.subject())) {
            assertThat(shown)
                    .startsWith("\\x1b[31m\\x0aforged\\xe2\\x80\\xae")
                    .doesNotContain("\u2028")
                    .hasSizeLessThan(17_000);
        }
    }
}
