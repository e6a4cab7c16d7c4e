package io.gpusnapshot.internal.transfer;

import static io.gpusnapshot.testing.Secrets.failureOf;
import static io.gpusnapshot.testing.Secrets.requireHidden;
import static org.assertj.core.api.Assertions.assertThat;

import io.gpusnapshot.error.DataIntegrityException;
import io.gpusnapshot.error.ObjectNotFoundException;
import io.gpusnapshot.error.StorageAccessException;
import io.gpusnapshot.error.StorageRequestException;
import io.gpusnapshot.error.StorageUnavailableException;
import io.gpusnapshot.storage.ByteRange;
import io.gpusnapshot.testing.BackgroundCall;
import io.gpusnapshot.testing.HttpReply;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class RangeReaderTest extends TransferFixture {
    private static final int PIECE = 15_000;
    private static final List<ByteRange> PIECES = IntStream.range(0, 4)
            .mapToObj(i -> new ByteRange(RANGE.offset() + (long) i * PIECE, PIECE))
            .toList();

    /** What was taken of a range: each piece, and why the last one is not whole. */
    private final List<ByteRange> taken = new ArrayList<>();

    private Optional<IOException> loss = Optional.empty();

    private void take(ByteRange piece, PackRange found) {
        taken.add(piece);
        loss = found.failure();
        byte[] bytes = taken(found);
        assertThat(bytes).isEqualTo(slice(new ByteRange(piece.offset(), bytes.length)));
        assertThat(bytes.length == piece.length()).isEqualTo(loss.isEmpty());
    }

    @Test
    void allPiecesOfARangeComeByOneRequest() throws Exception {
        read(KEY, PIECES, this::take);

        assertThat(taken).isEqualTo(PIECES);
        assertThat(ranges()).containsExactly("bytes=5000-64999");
    }

    @Test
    void aBodyThatBreaksInALaterPieceIsTakenUpWhereItBroke() throws Exception {
        server().next(PACK.cutAfter(40_000), PACK.cutAfter(5000), PACK.cutAfter(1));

        read(KEY, PIECES, this::take);

        assertThat(taken).isEqualTo(PIECES);
        assertThat(ranges())
                .containsExactly("bytes=5000-64999", "bytes=45000-64999", "bytes=50000-64999", "bytes=50001-64999");
    }

    @Test
    void whatIsMissingOfARangeIsToldWithItsFirstPiece() throws Exception {
        server().next(PACK.cutAfter(40_000), HttpReply.status(404));

        read(KEY, PIECES, this::take);

        assertThat(taken).containsExactly(PIECES.get(0), PIECES.get(1), new ByteRange(35_000, 30_000));
        assertThat(loss).containsInstanceOf(ObjectNotFoundException.class);
    }

    @Test
    void whoeverCannotGoOnEndsTheReading() {
        IOException full = new IOException("disk full");

        Throwable failure = failureOf(() -> read(KEY, PIECES, (piece, found) -> {
            take(piece, found);
            if (taken.size() == 2) {
                throw new TakerFailure(full);
            }
        }));

        assertThat(failure).isInstanceOf(TakerFailure.class).hasCause(full);
        assertThat(taken).hasSize(2);
        assertThat(server().requests()).hasSize(1);
    }

    @Test
    void anInterruptWhileAPieceIsUsedEndsTheReading() throws Exception {
        CountDownLatch busy = new CountDownLatch(1);
        BackgroundCall call = BackgroundCall.start(() -> read(KEY, PIECES, (piece, found) -> {
            take(piece, found);
            busy.countDown();
            try {
                Thread.sleep(Duration.ofHours(1).toMillis());
            } catch (InterruptedException stopped) {
                throw new TakerFailure(stopped);
            }
        }));
        busy.await();
        call.interrupt();

        assertThat(call.failure()).isInstanceOf(InterruptedIOException.class);
        assertThat(call.endedInterrupted()).isTrue();
        assertThat(taken).hasSize(1);
    }

    @Test
    void theLastPieceIsUsedWithoutAConnection() throws Exception {
        read(KEY, PIECES, (piece, found) -> {
            take(piece, found);
            int busy = piece.equals(PIECES.get(3)) ? 0 : 1;
            assertThat(freePermits()).isEqualTo(CONNECTIONS - busy);
        });

        assertThat(taken).isEqualTo(PIECES);
    }

    private int freePermits() {
        List<ConcurrencyLimit.Permit> free = Stream.generate(transfer().downloads()::tryAcquire)
                .takeWhile(Optional::isPresent)
                .flatMap(Optional::stream)
                .toList();
        free.forEach(ConcurrencyLimit.Permit::close);
        return free.size();
    }

    @Test
    void noConnectionIsBrokenOffWhileAPieceIsUsed() throws Exception {
        loseAllPatience();
        read(KEY, PIECES, (piece, found) -> {
            take(piece, found);
            if (taken.size() == 1) {
                sleep(Duration.ofMillis(600));
            }
        });

        assertThat(taken).isEqualTo(PIECES);
        assertThat(server().requests()).hasSize(1);
    }

    private static void sleep(Duration time) {
        try {
            Thread.sleep(time.toMillis());
        } catch (InterruptedException stopped) {
            throw new IllegalStateException(stopped);
        }
    }

    @Test
    void aRangeIsReadByAGrant() throws Exception {
        requireRead();
        requireRead();

        assertThat(issuer().downloadGrants()).isEqualTo(1);
        assertThat(pauses()).isEmpty();
    }

    @Test
    void aBodyThatBreaksIsTakenUpWhereItBroke() throws Exception {
        server().next(PACK.cutAfter(10_000), PACK.cutAfter(1));

        requireRead();

        assertThat(ranges()).containsExactly("bytes=5000-64999", "bytes=15000-64999", "bytes=15001-64999");
    }

    @Test
    void aBodyThatStallsIsTakenUpWhereItStalled() throws Exception {
        loseAllPatience();
        server().next(PACK.stallAfter(10_000));

        requireRead();

        assertThat(ranges()).containsExactly("bytes=5000-64999", "bytes=15000-64999");
    }

    private List<String> ranges() {
        return server().requests().stream()
                .map(request -> request.header("range").orElseThrow())
                .toList();
    }

    @Test
    void aGrantThatIsAboutToEndIsRenewed() throws Exception {
        requireRead();
        clock().advance(GrantedTransfer.GRANT_LIFETIME.minusSeconds(60));
        requireRead();

        assertThat(issuer().downloadGrants()).isEqualTo(2);
        assertThat(server().requests()).hasSize(2);
    }

    @Test
    void aRevokedGrantIsRenewedAtOnce() throws Exception {
        requireRead();
        issuer().revokeAll();
        requireRead();
        server().next(HttpReply.status(403));
        requireRead();

        assertThat(issuer().downloadGrants()).isEqualTo(3);
        assertThat(pauses()).isEmpty();
    }

    @Test
    void aGrantIsRenewedInMidRange() throws Exception {
        server().next((request, wire) -> {
            issuer().revokeAll();
            PACK.cutAfter(10_000).send(request, wire);
        });

        requireRead();

        assertThat(ranges()).containsExactly("bytes=5000-64999", "bytes=15000-64999", "bytes=15000-64999");
        assertThat(issuer().downloadGrants()).isEqualTo(2);
    }

    @Test
    void aStoreThatRefusesFreshGrantsIsSoonTakenAtItsWord() {
        issuer().refuseAll();

        assertThat(failureOf(this::read))
                .isInstanceOf(StorageAccessException.class)
                .hasMessageContaining(KEY)
                .hasMessageContaining("HTTP 401 expired_auth_token");
        assertThat(server().requests()).hasSizeLessThan(6);
        assertThat(pauses()).isEmpty();
    }

    @Test
    void aMissingPackIsToldTogetherWithTheBytesThereAre() throws Exception {
        PackRange read = read("packs/none", RANGE);

        assertThat(failure(read)).isInstanceOf(ObjectNotFoundException.class).hasMessageContaining("packs/none");
        assertThat(taken(read)).isEmpty();
        assertThat(server().requests()).hasSize(1);
    }

    @Test
    void aPackThatGoesMissingInMidRangeLeavesWhatWasRead() throws Exception {
        server().next(PACK.cutAfter(10_000), HttpReply.status(404));

        PackRange read = read();

        assertThat(failure(read)).isInstanceOf(ObjectNotFoundException.class);
        assertThat(taken(read)).isEqualTo(slice(new ByteRange(5000, 10_000)));
    }

    @Test
    void aPackThatIsTooShortIsDamaged() throws Exception {
        PackRange read = read(KEY, new ByteRange(LENGTH, 10));

        assertThat(failure(read)).isInstanceOf(DataIntegrityException.class);
        assertThat(taken(read)).isEmpty();
    }

    private static IOException failure(PackRange read) {
        IOException failure = read.failure().orElseThrow();
        requireHidden(failure);
        return failure;
    }

    @Test
    void aRequestThatCannotSucceedIsNotRepeated() {
        server().next(HttpReply.status(400));

        assertThat(failureOf(this::read)).isInstanceOf(StorageRequestException.class);
        assertThat(server().requests()).hasSize(1);
    }

    @Test
    void pausesThatTheStoreAsksForAreKept() throws Exception {
        server().next(
                        HttpReply.status(429, "Retry-After: 7"),
                        HttpReply.status(503, "Retry-After: 3"),
                        HttpReply.status(500, "Retry-After: 2"));

        requireRead();

        assertThat(pauses()).containsExactly(Duration.ofSeconds(7), Duration.ofSeconds(3), Duration.ofSeconds(2));
    }

    @Test
    void aPauseThatIsTooLongIsAReasonToGiveUp() {
        server().next(HttpReply.status(503, "Retry-After: 61"));

        assertThat(failureOf(this::read))
                .isInstanceOfSatisfying(
                        StorageUnavailableException.class,
                        failure -> assertThat(failure.retryAfter()).contains(Duration.ofSeconds(61)));
        assertThat(pauses()).isEmpty();
    }

    @Test
    void throttlingLowersTheNumberOfRequestsAtOnce() throws Exception {
        server().next(HttpReply.status(429));
        requireRead();

        assertThat(transfer().downloads().limit()).isLessThan(CONNECTIONS);
    }

    @Test
    void everyTransientAnswerIsTriedAgain() throws Exception {
        for (int status : new int[] {408, 429, 500, 502, 503, 504}) {
            server().next(HttpReply.status(status));
            requireRead();
        }
        server().next(HttpReply.error(400, "<Code>RequestTimeout</Code>"), HttpReply.hangUp());
        requireRead();

        assertThat(pauses()).hasSize(8).allMatch(pause -> pause.compareTo(Duration.ofMillis(200)) <= 0);
    }

    @Test
    void aStoreThatIsOutOfOrderIsGivenUp() {
        server().next(Collections.nCopies(MAX_FAILURES, HttpReply.status(500)).toArray(HttpReply[]::new));

        assertThat(failureOf(this::read))
                .isInstanceOf(StorageUnavailableException.class)
                .hasMessageContaining("HTTP 500");
        assertThat(server().requests()).hasSize(MAX_FAILURES);
        assertThat(pauses()).hasSize(MAX_FAILURES - 1);
    }

    @Test
    void aStoreThatHangsUpIsGivenUp() {
        server().next(Collections.nCopies(MAX_FAILURES, HttpReply.hangUp()).toArray(HttpReply[]::new));

        assertThat(failureOf(this::read))
                .isInstanceOf(StorageUnavailableException.class)
                .hasCauseInstanceOf(IOException.class);
    }

    @Test
    void progressIsAReasonToGoOn() throws Exception {
        for (int i = 0; i < 3 * MAX_FAILURES; i++) {
            server().next(PACK.cutAfter(100), HttpReply.status(500), HttpReply.status(401));
        }

        requireRead();

        assertThat(server().requests()).hasSize(9 * MAX_FAILURES + 1);
    }

    @Test
    void otherBytesThanThoseAskedForAreNeverTaken() {
        for (int i = 0; i < MAX_FAILURES; i++) {
            server().next(PACK.shiftedBy(i + 1));
        }

        assertThat(failureOf(this::read)).isInstanceOf(StorageUnavailableException.class);
    }

    @Test
    void anInterruptEndsAReadAndIsKept() throws Exception {
        CountDownLatch silent = new CountDownLatch(1);
        server().next(PACK.stallAfter(1000, silent));
        BackgroundCall call = BackgroundCall.start(this::read);
        silent.await();
        call.interrupt();

        assertThat(call.failure()).isInstanceOf(InterruptedIOException.class);
        assertThat(call.endedInterrupted()).isTrue();
    }

    @Test
    void anInterruptEndsAWaitForRoom() throws Exception {
        for (int i = 0; i < BUFFERS; i++) {
            buffers().acquire();
        }
        BackgroundCall call = BackgroundCall.start(this::read);
        call.awaitMethod("prepare").interrupt();

        assertThat(call.failure()).isInstanceOf(InterruptedException.class);
        for (int i = 0; i < BUFFERS; i++) {
            buffers().release(ByteBuffer.allocateDirect(LENGTH));
        }
        assertThat(server().requests()).isEmpty();
    }
}
