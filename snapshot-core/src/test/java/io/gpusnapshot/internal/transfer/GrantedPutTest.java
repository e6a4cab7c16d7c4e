package io.gpusnapshot.internal.transfer;

import static io.gpusnapshot.testing.Secrets.failureOf;
import static org.assertj.core.api.Assertions.assertThat;

import io.gpusnapshot.error.DataIntegrityException;
import io.gpusnapshot.error.StorageAccessException;
import io.gpusnapshot.error.StorageRequestException;
import io.gpusnapshot.error.StorageUnavailableException;
import io.gpusnapshot.internal.format.StoredPack;
import io.gpusnapshot.storage.ContentSource;
import io.gpusnapshot.storage.ContentSources;
import io.gpusnapshot.storage.StorageReceipt;
import io.gpusnapshot.testing.BackgroundCall;
import io.gpusnapshot.testing.FakeGrantIssuer;
import io.gpusnapshot.testing.HttpReply;
import io.gpusnapshot.testing.ServedRequest;
import io.gpusnapshot.testing.TestContents;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GrantedPutTest extends TransferFixture {
    private static final String NEW = "packs/cd/new";
    private static final int PARTS = 4;
    private static final CountDownLatch NEVER = new CountDownLatch(1);

    private final AtomicInteger reads = new AtomicInteger();

    private StoredPack put() throws IOException, InterruptedException {
        return put(BYTES);
    }

    private StoredPack put(byte[] bytes) throws IOException, InterruptedException {
        return store().put(NEW, ContentSources.of(bytes), reads::incrementAndGet);
    }

    private void requireStored() throws Exception {
        StoredPack pack = put();

        assertThat(pack).isEqualTo(new StoredPack(NEW, LENGTH, Optional.of("v1")));
        assertThat(issuer().objects().get(NEW)).isEqualTo(BYTES);
        assertThat(issuer().openUploads()).isEmpty();
    }

    private void requireNothingLeft() {
        assertThat(issuer().objects()).doesNotContainKey(NEW);
        assertThat(issuer().openUploads()).isEmpty();
    }

    @Test
    void aPackIsSentInPartsEachByItsOwnGrant() throws Exception {
        requireStored();

        assertThat(server().requests()).hasSize(PARTS);
        assertThat(issuer().partGrants()).isEqualTo(PARTS);
        assertThat(server().requests()).extracting(ServedRequest::headers).doesNotHaveDuplicates();
    }

    @Test
    void partsAreSentAtTheSameTime() throws Exception {
        CountDownLatch together = new CountDownLatch(PARTS);
        server().next(Collections.nCopies(PARTS, issuer().gated(together, together))
                .toArray(HttpReply[]::new));

        requireStored();

        assertThat(server().mostAtOnce()).isEqualTo(PARTS);
    }

    @Test
    void aFailedPartIsSentAgainByAnotherGrant() throws Exception {
        server().next(HttpReply.status(503), HttpReply.hangUp(), HttpReply.status(401), HttpReply.status(500));

        requireStored();

        assertThat(issuer().partGrants()).isEqualTo(PARTS + 4);
        assertThat(server().requests())
                .extracting(request -> request.header("authorization"))
                .doesNotHaveDuplicates();
    }

    @Test
    void aFullMachineIsNoReasonToSendLessAtOnce() throws Exception {
        OpenedUpload upload = OpenedUpload.open(issuer(), NEW, LENGTH);
        server().next(HttpReply.status(503, "Retry-After: 1"));

        new PartSender(transfer(), upload, 1, ContentSources.of(BYTES)).send();

        assertThat(transfer().uploads().limit()).isEqualTo(CONNECTIONS);
        assertThat(issuer().partGrants()).isEqualTo(2);
    }

    @Test
    void contentThatCannotBeReadIsNotSentAgain() throws Exception {
        IOException broken = new IOException("disk");
        OpenedUpload upload = OpenedUpload.open(issuer(), NEW, LENGTH);
        AtomicInteger opened = new AtomicInteger();
        PartSender sender = new PartSender(transfer(), upload, 1, new ContentSource() {
            @Override
            public long length() {
                return LENGTH;
            }

            @Override
            public ReadableByteChannel open(long offset) throws IOException {
                // The first time is for the digest.
                boolean sent = opened.incrementAndGet() > 1;
                return (sent ? TestContents.failingAt(5000, BYTES, broken) : ContentSources.of(BYTES)).open(offset);
            }
        });

        assertThat(failureOf(sender::send)).isSameAs(broken);
        assertThat(issuer().partGrants()).isEqualTo(1);
        assertThat(opened).hasValue(2);
        assertThat(pauses()).isEmpty();
    }

    @Test
    void aPartThatNobodyTakesIsSentAgain() throws Exception {
        loseAllPatience();
        server().next(HttpReply.silence());

        requireStored();
    }

    @Test
    void oneFailingPartStopsTheOthersAndAbandonsTheUpload() {
        CountDownLatch othersArrived = new CountDownLatch(PARTS - 1);
        HttpReply stuck = HttpReply.silence().gated(othersArrived, NEVER);
        server().next(stuck, stuck, stuck, HttpReply.status(400).gated(new CountDownLatch(1), othersArrived));

        assertThat(failureOf(this::put))
                .isInstanceOf(StorageRequestException.class)
                .hasMessageContaining(NEW);
        requireNothingLeft();
    }

    @Test
    void nobodyReadsTheContentOnceTheFailureIsKnown() {
        CountDownLatch othersArrived = new CountDownLatch(PARTS - 1);
        HttpReply stuck = HttpReply.silence().gated(othersArrived, NEVER);
        server().next(stuck, stuck, stuck, HttpReply.status(400).gated(new CountDownLatch(1), othersArrived));
        CountingSource content = new CountingSource(ContentSources.of(BYTES));

        failureOf(() -> store().put(NEW, content, () -> {}));

        assertThat(Thread.getAllStackTraces().entrySet())
                .filteredOn(thread -> Arrays.stream(thread.getValue())
                        .anyMatch(frame -> frame.getClassName().equals(PartSender.class.getName())))
                .isEmpty();
        assertThat(content.open.get()).isZero();
    }

    @Test
    void aStoreThatRefusesFreshGrantsIsSoonTakenAtItsWord() {
        issuer().refuseAll();

        assertThat(failureOf(this::put)).isInstanceOf(StorageAccessException.class);
        requireNothingLeft();
    }

    @Test
    void aStoreThatIsOutOfOrderIsGivenUp() {
        server().next(Collections.nCopies(PARTS * MAX_FAILURES, HttpReply.status(500))
                .toArray(HttpReply[]::new));

        assertThat(failureOf(this::put)).isInstanceOf(StorageUnavailableException.class);
        requireNothingLeft();
    }

    @Test
    void anInterruptedPutIsAbandonedAndTheFlagKept() throws Exception {
        CountDownLatch arrived = new CountDownLatch(PARTS);
        HttpReply stuck = HttpReply.silence().gated(arrived, NEVER);
        server().next(stuck, stuck, stuck, stuck);
        BackgroundCall call = BackgroundCall.start(this::put);
        arrived.await();
        call.interrupt();

        assertThat(call.failure()).isInstanceOf(InterruptedIOException.class);
        assertThat(call.endedInterrupted()).isTrue();
        requireNothingLeft();
    }

    @Test
    void anUploadThatCannotBeCompletedIsAbandoned() {
        IOException refused = new IOException("refused");
        issuer().failCompletion(refused);

        assertThat(failureOf(this::put)).isSameAs(refused);
        requireNothingLeft();
    }

    @Test
    void shortPacksGoAnotherWay() throws Exception {
        byte[] bytes = Arrays.copyOf(BYTES, FakeGrantIssuer.MIN_UPLOAD_BYTES - 1);

        put(bytes);

        assertThat(smallPacks().get(NEW)).isEqualTo(bytes);
        assertThat(server().requests()).isEmpty();
        put(Arrays.copyOf(BYTES, FakeGrantIssuer.MIN_UPLOAD_BYTES));
        assertThat(issuer().objects()).containsKey(NEW);
    }

    @Test
    void theContentIsDoneWithBeforeTheUploadIsCompleted() {
        issuer().failCompletion(new IOException("refused"));

        failureOf(this::put);

        assertThat(reads).hasValue(1);
    }

    @Test
    void aPackThatCouldNotBeSentIsNotDoneWith() {
        server().next(Collections.nCopies(PARTS, HttpReply.status(400)).toArray(HttpReply[]::new));

        failureOf(this::put);

        assertThat(reads).hasValue(0);
    }

    @Test
    void aPreparedPackUsesTheUploadAndTheGrantsThatAreThere() throws Exception {
        store().preparePut(NEW, LENGTH);

        requireStored();

        assertThat(issuer().opened()).isEqualTo(1);
        assertThat(issuer().partGrants()).isEqualTo(PARTS);
    }

    @Test
    void aPreparedPackThatIsShorterHasAnotherGrantForItsLastPart() throws Exception {
        byte[] bytes = Arrays.copyOf(BYTES, 2 * PART_BYTES + 1);
        store().preparePut(NEW, LENGTH);

        put(bytes);

        assertThat(issuer().objects()).containsEntry(NEW, bytes);
        assertThat(issuer().opened()).isEqualTo(1);
        assertThat(issuer().partGrants()).isEqualTo(PARTS + 1);
    }

    @Test
    void aPartThatIsSentAgainDoesNotUseItsFirstGrantAgain() throws Exception {
        store().preparePut(NEW, LENGTH);
        server().next(HttpReply.status(503));

        requireStored();

        assertThat(issuer().partGrants()).isEqualTo(PARTS + 1);
    }

    @ParameterizedTest
    @ValueSource(ints = {LENGTH / 2, PART_BYTES + 1})
    void anUploadThatIsTooShortIsGivenUpForAnother(int foreseen) throws Exception {
        store().preparePut(NEW, foreseen);

        requireStored();

        assertThat(issuer().opened()).isEqualTo(2);
    }

    @ParameterizedTest
    @ValueSource(ints = {FakeGrantIssuer.MIN_UPLOAD_BYTES - 1, FakeGrantIssuer.MIN_UPLOAD_BYTES, PART_BYTES})
    void aPackThatIsMuchShorterThanForeseenLeavesNothingOpen(int length) throws Exception {
        store().preparePut(NEW, LENGTH);

        put(Arrays.copyOf(BYTES, length));

        assertThat(issuer().openUploads()).isEmpty();
    }

    @Test
    void anUploadThatCouldNotBePreparedIsOpenedWhenItIsNeeded() throws Exception {
        issuer().failNextOpen(new IOException("not now"));
        store().preparePut(NEW, LENGTH);

        requireStored();
    }

    @Test
    void anUploadThatCannotBeGivenUpFailsNoOther() throws Exception {
        issuer().failNextAbandonment(new IOException("busy"));
        store().preparePut(NEW, LENGTH / 2);

        put();

        assertThat(issuer().objects()).containsEntry(NEW, BYTES);
        assertThat(issuer().openUploads()).hasSize(1);
    }

    @Test
    void packsThatAreTooShortForAnUploadAreNotPrepared() throws Exception {
        store().preparePut(NEW, FakeGrantIssuer.MIN_UPLOAD_BYTES - 1);

        requireStored();

        assertThat(issuer().opened()).isEqualTo(1);
    }

    @Test
    void whatWasPreparedInVainIsGivenUp() throws Exception {
        for (int i = 0; i < 3; i++) {
            store().preparePut(NEW + i, LENGTH);
        }
        put();
        store().endPuts();
        store().close();

        assertThat(issuer().opened()).isEqualTo(4);
        assertThat(issuer().openUploads()).isEmpty();
    }

    @Test
    void whatWasPreparedIsGivenUpAlsoByWhoeverIsInterrupted() {
        store().preparePut(NEW, LENGTH);
        Thread.currentThread().interrupt();
        store().close();

        assertThat(Thread.interrupted()).isTrue();
        assertThat(issuer().openUploads()).isEmpty();
    }

    @Test
    void aStoreThatHoldsAnotherLengthIsNotBelieved() {
        issuer().confirm(new StorageReceipt(LENGTH - 1L, Optional.empty(), Optional.empty()));

        assertThat(failureOf(this::put)).isInstanceOf(DataIntegrityException.class);
    }

    @Test
    void manyPacksAreStoredAtOnceWithinTheLimit() throws Exception {
        List<BackgroundCall> calls = IntStream.range(0, 12)
                .mapToObj(i -> BackgroundCall.start(() -> store().put(NEW + i, ContentSources.of(BYTES), () -> {})))
                .toList();
        for (BackgroundCall call : calls) {
            call.join();
        }

        assertThat(issuer().objects())
                .hasSize(13)
                .allSatisfy((key, bytes) -> assertThat(bytes).isEqualTo(BYTES));
        assertThat(server().mostAtOnce()).isLessThanOrEqualTo(CONNECTIONS);
    }

    /** Knows how many of its channels are open. */
    private record CountingSource(ContentSource bytes, AtomicInteger open) implements ContentSource {
        CountingSource(ContentSource bytes) {
            this(bytes, new AtomicInteger());
        }

        @Override
        public long length() {
            return bytes.length();
        }

        @Override
        public ReadableByteChannel open(long offset) throws IOException {
            ReadableByteChannel channel = bytes.open(offset);
            open.incrementAndGet();
            return new ReadableByteChannel() {
                @Override
                public int read(ByteBuffer target) throws IOException {
                    return channel.read(target);
                }

                @Override
                public boolean isOpen() {
                    return channel.isOpen();
                }

                @Override
                public void close() throws IOException {
                    open.decrementAndGet();
                    channel.close();
                }
            };
        }
    }
}
