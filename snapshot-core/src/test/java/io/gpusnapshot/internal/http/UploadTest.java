package io.gpusnapshot.internal.http;

import static io.gpusnapshot.testing.Secrets.SECRET;
import static io.gpusnapshot.testing.Secrets.failureOf;
import static org.assertj.core.api.Assertions.assertThat;

import io.gpusnapshot.storage.ByteRange;
import io.gpusnapshot.testing.HttpReply;
import io.gpusnapshot.testing.ServedRequest;
import io.gpusnapshot.testing.TestContents;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class UploadTest extends TransportFixture {
    @Test
    void exactlyThePartIsSent() throws IOException {
        server().next(HttpReply.status(200));

        HttpAnswer answer = transport().upload(put(), Map.of("X-Bz-Content-Sha1", "abc"), content(), RANGE, UNCOUNTED);

        assertThat(answer.isSuccess()).isTrue();
        ServedRequest request = server().requests().get(0);
        assertThat(request.method()).isEqualTo("PUT");
        assertThat(request.body()).isEqualTo(slice(RANGE));
        assertThat(request.header("content-length")).contains("200000");
        assertThat(request.header("authorization")).contains(SECRET);
        assertThat(request.header("x-bz-content-sha1")).contains("abc");
    }

    @Test
    void bytesAreCountedAsTheyGo() throws IOException {
        server().next(HttpReply.status(200));
        AtomicInteger sent = new AtomicInteger();

        transport().upload(put(), Map.of(), content(), RANGE, sent::addAndGet);

        assertThat(sent).hasValue((int) RANGE.length());
    }

    @Test
    void theServerIsNeitherAskedFirstNorLeftInTheDarkAboutTheLength() throws IOException {
        server().next(HttpReply.status(200));

        upload(content());

        assertThat(server().requests().get(0).headers())
                .doesNotContainKeys("expect", "transfer-encoding", "accept-encoding", "content-encoding");
    }

    @Test
    void contentThatComesInSmallPiecesIsSentWhole() throws IOException {
        server().next(HttpReply.status(200));

        upload(TestContents.failingAt(LENGTH + 1L, BYTES, new IOException("never")));

        assertThat(server().requests().get(0).body()).isEqualTo(BYTES);
    }

    @Test
    void contentThatEndsEarlyIsAnErrorAndItsConnectionIsNotUsedAgain() throws IOException {
        // The server may never see a request whose connection is broken off so soon; then this is for the next one.
        HttpReply upload = HttpReply.status(200);
        server().next((request, wire) -> (request.method().equals("PUT") ? upload : OBJECT).send(request, wire));

        Throwable failure = failureOf(() -> upload(TestContents.claiming(LENGTH + 1L, BYTES)));

        assertThat(failure).isInstanceOf(IOException.class).hasMessageContaining("1 bytes early");
        download(room());
        assertThat(server().requests()).extracting(ServedRequest::connection).contains(1);
    }

    @Test
    void contentThatCannotBeReadIsAnError() {
        server().next(HttpReply.status(200));
        IOException broken = new IOException("disk");

        assertThat(failureOf(() -> upload(TestContents.failingAt(5000, BYTES, broken))))
                .isInstanceOfSatisfying(
                        ContentFailure.class,
                        failure -> assertThat(failure.failure()).isSameAs(broken));
    }

    @Test
    void aLostAnswerIsAnErrorAndNothingIsSentTwice() {
        server().next(HttpReply.hangUp());

        assertThat(failureOf(() -> upload(content()))).isInstanceOf(IOException.class);
        assertThat(server().requests()).hasSize(1);
        assertThat(server().requests().get(0).body()).isEqualTo(BYTES);
    }

    @Test
    void aServerThatTakesNothingIsGivenUp() {
        loseAllPatience();
        server().next(HttpReply.deafness());

        assertThat(failureOf(() -> upload(endless())))
                .isInstanceOf(IOException.class)
                .isNotInstanceOf(InterruptedIOException.class)
                .hasMessageContaining("Nothing moved");
    }

    @Test
    void aServerThatDoesNotAnswerIsGivenUp() {
        loseAllPatience();
        server().next(HttpReply.silence());

        assertThat(failureOf(() -> upload(content()))).isInstanceOf(IOException.class);
        assertThat(server().requests().get(0).body()).isEqualTo(BYTES);
    }

    @Test
    void anUploadThatSucceededIsNotBrokenOffAfterwards() throws IOException {
        loseAllPatience();
        server().next(HttpReply.status(200), HttpReply.status(200));

        transport().upload(put(), Map.of(), content(), new ByteRange(0, 1), UNCOUNTED);
        transport().upload(put(), Map.of(), content(), new ByteRange(LENGTH - 1L, 1), UNCOUNTED);

        assertThat(server().requests()).extracting(ServedRequest::connection).containsExactly(0, 0);
    }
}
